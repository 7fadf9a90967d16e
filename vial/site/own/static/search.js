/*
 * search.js - the search of a site that was built: asks the index beside it, and nobody else
 *
 *   <script defer src="{{ site.search_script }}" data-index="{{ site.search_index }}" data-label="Search"
 *           data-none="Nothing found"></script>
 *
 * Opens by "/", by Ctrl+K or by the field of a search form. The index comes as scripts, so that it works for pages
 * that were opened as files as well; vial/site/search_write.c tells what is in it. Where it cannot be had the form is
 * sent, as without a script: to /search of `vial serve`. What is sent to browsers is this file without comments and
 * with short names (vial/site/shorten.py): keep it small.
 */
(() => {
const me = document.currentScript, {label, none} = me.dataset, isFile = location.protocol == 'file:';
const form = document.querySelector('form[role=search]'), field = form && form.q;

/* ---- files of the index ---- */

const loads = {}, ready = {};
const load = name => loads[name] ??= new Promise((done, fail) => {
  const script = document.createElement('script');
  script.src = me.dataset.index.replace(/.js$/, name + '.js');
  script.onerror = fail;
  ready[name] = done;
  document.head.append(script);
});
vialSearch = file => ready[file.file](read(file));

/* [number, level] of each number in a text. Digits are the signs from "&" on without the backslash. */
const numbers = text => {
  const all = [];
  let level = 0, n = 0;
  for (const sign of text) {
    const code = sign.charCodeAt(), digit = code - 38 - (code > 92);
    if (digit < 0) level = digit + 4;
    else if (digit > 63) n = n * 24 + digit - 63;
    else {
      all.push([n * 64 + digit, level]);
      level = n = 0;
    }
  }
  return all;
};

/* Forms are [text, number of group, whether it is the first of that]. Pages have their first part, parts their page. */
const read = file => {
  let form = '', groups = 0, group;
  file.forms = [];
  for (const [, same, rest, mark, old] of file.words.matchAll(/([A-Z])([^A-Z,.!]*)([,.]|!(\d+);)/g)) {
    form = form.slice(0, same.charCodeAt() - 65) + rest;
    if (mark != '.') group = old || groups++;
    file.forms.push([form, +group, mark == ',']);
  }
  file.places = file.places.split(' ');
  file.reach = numbers(file.reach);
  file.lines = file.titles.split('\n');
  file.page = [];
  file.first = [];
  for (const [count] of numbers(file.counts)) {
    for (let i = 0; i < count; i++) file.page.push(file.first.length);
    file.first.push(file.page.length - count);
  }
  return file;
};

/* ---- words, as vial/site/search_tokens.c has them ---- */

const signs = '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Mymr}\\p{sc=Khmr}ー';
const isSigns = RegExp(`^[${signs}]`, 'u'), runs = RegExp(`[${signs}]+|[^${signs}]+`, 'gu'), words = /[\p{L}\p{N}\p{M}]+/gu;
const plain = text => text.normalize('NFKC').toLowerCase().replace(/ς/g, 'σ');
const bare = text => plain(text).normalize('NFKD').replace(/[\u0300-\u036f]/g, '').normalize('NFC');

/* What is looked for: [text, whether it may go on]. */
const termsOf = text => (plain(text).match(words) || []).flatMap(found => found.match(runs)).flatMap((run, i, all) => {
  const letters = [...run];
  return !isSigns.test(run) ? [[bare(letters.slice(0, 40).join('')), i == all.length - 1 && /[\p{L}\p{N}\p{M}]$/u.test(text)]]
    : letters[1] ? letters.slice(1).map((letter, at) => [bare(letters[at] + letter)]) : [[run, 1]];
}).slice(0, 16);

/* ---- asking ---- */

/*
 * The groups that a term finds, and how well. A form that nobody wrote is found by the endings that make it of the
 * first form of a group: libstemmer was asked of each.
 */
const groupsOf = (head, file, text, open) => {
  const groups = new Map();
  let exact;
  for (const [form, group] of file.forms)
    if (form == text) groups.set(exact = group, 1);
    else if (open && form.startsWith(text) && !groups.has(group)) groups.set(group, .5);
  if (exact == null)
    for (const [form, group, first] of file.forms) {
      const [[cut] = [0], ...bits] = numbers(first && file.reaches[file.reach[group][0] - 1] || ''), kept = form.length - cut;
      if (text.startsWith(form.slice(0, kept)) && head.endings.some((ending, i) =>
        bits[i / 6 | 0]?.[0] >> i % 6 & 1 && text.slice(kept) == ending.replaceAll('~', form[kept]))) groups.set(group, 1);
    }
  return groups;
};

/* The parts that have all words; where a page has them in several of its parts, the best of these. */
const search = async text => {
  const head = await load(''), hits = [], pages = [], marks = [];
  let needed = 0, bit = 1;
  for (const [term, open] of termsOf(text)) {
    const [first, second] = [...term].map(letter => letter.codePointAt());
    const file = head.shards ? await load('-w' + (isSigns.test(term) ? first : first * 31 + (second || 0)) % head.shards) : head;
    const groups = groupsOf(head, file, term, open), here = [];
    needed |= bit;
    marks.push([term, open]);
    for (const [form, group] of file.forms) if (groups.has(group) && !(open && form.startsWith(term))) marks.push([form]);
    for (const [group, weight] of groups) {
      const places = numbers(file.places[group]);
      let part = -1;
      if (weight == 1 && file.places[group].endsWith('!')) needed &= ~bit;
      for (const [gap, level] of places) {
        part += gap + 1;
        here[part] = Math.max(here[part] || 0, weight * Math.log(1 + head.page.length / places.length) * [1, 1.4, 5, 12][level]);
      }
    }
    here.forEach((score, part) => {
      const hit = hits[part] ??= {part, score: 0, terms: 0};
      hit.score += score;
      hit.terms |= bit;
    });
    bit *= 2;
  }
  const isWhole = hit => (hit.terms & needed) == needed, order = (a, b) => b.score - a.score || a.part - b.part;
  hits.forEach(hit => (pages[head.page[hit.part]] ??= []).push(hit));
  const best = pages.flatMap(own => {
    const whole = own.filter(isWhole), terms = own.reduce((all, hit) => all | hit.terms, 0);
    return whole[0] ? whole.sort(order).slice(0, 3) : isWhole({terms}) ? own.sort(order).slice(0, 1) : [];
  });
  return [await Promise.all(best.sort(order).slice(0, 20).map(hit => tell(head, hit.part))), marks];
};

/* Where a part is, and what it is called. */
const tell = async (head, part) => {
  const page = head.page[part], slice = head.slice && page / head.slice | 0;
  const {lines} = head.slice ? await load('-p' + slice) : head, from = head.first[slice * head.slice];
  const [url, title] = lines[head.first[page] - from].split('\t'), line = lines[part - from];
  const file = new URL('..' + url + (isFile && url.endsWith('/') ? 'index.html' : ''), me.src).href;
  let [id, heading] = line.slice(1).split('\t');
  if (line[0] == '/') return {title, file, url: file};
  if (line[0] == '-') id = (heading = id).toLowerCase().replace(/[^a-z0-9 _-]/g, '').replace(/ /g, '-');
  return {title, heading, id, file, url: file + '#' + id};
};

/* ---- what is shown ---- */

/* A text in pieces, with <mark> where something stands that was looked for. */
const marked = (text, marks) => {
  const out = [];
  let done = 0;
  const mark = (from, to) => {
    if (to <= done) return;
    from = Math.max(done, from);
    const made = document.createElement('mark');
    made.append(text.slice(from, to));
    out.push(text.slice(done, from), made);
    done = to;
  };
  for (const {0: found, index} of text.matchAll(words)) {
    const compared = bare(found);
    if (marks.some(([form, open]) => open ? compared.startsWith(form) : compared == form)) mark(index, index + found.length);
    else for (let at = 0; at < found.length; at++)
      for (const [form] of marks)
        if (isSigns.test(form) && found.startsWith(form, at)) mark(index + at, index + at + form.length);
  }
  return [...out, text.slice(done)];
};

/* A piece of the part's text, out of the page itself. */
const texts = {};
const excerpt = async ({file, id}, marks) => {
  const page = new DOMParser().parseFromString(await (texts[file] ??= fetch(file).then(r => r.text())), 'text/html');
  const main = page.querySelector('main') || page.body, headings = [...main.querySelectorAll('h1,h2,h3,h4,h5,h6')];
  const begin = id ? page.getElementById(id) : headings[0], end = headings[headings.indexOf(begin) + 1], range = page.createRange();
  range.selectNodeContents(main);
  if (begin) range.setStartAfter(begin);
  if (end) range.setEndBefore(end);
  const text = `${range}`.replace(/\s+/g, ' '), [before, first] = marked(text, marks), at = first && before.length > 60 ? before.length - 50 : 0;
  return marked((at ? '…' : '') + ` ${text} `.slice(at, at + 170).replace(/^\S{0,9} | \S{0,9}$/g, ''), marks);
};

const dialog = document.createElement('dialog');
dialog.className = 'search-dialog';
dialog.innerHTML = `<form role=search><input type=search role=combobox aria-expanded=false aria-controls=search-hits aria-autocomplete=list
 autocomplete=off></form><ul role=listbox id=search-hits></ul><p role=status></p>`;
const [asking, list, status] = dialog.children, input = asking[0];
for (const named of [dialog, list, input]) named.ariaLabel = input.placeholder = label;
let shown, chosen = 0, asked = 0, failed = 0, asks = 0;

const choose = n => {
  const options = [...list.children];
  chosen = (n + options.length) % options.length || 0;
  options.forEach((option, i) => option.ariaSelected = i == chosen);
  input.setAttribute('aria-activedescendant', options[chosen]?.id || '');
  options[chosen]?.scrollIntoView({block: 'nearest'});
};

const ask = async () => {
  const number = ++asked, [hits, marks] = await search(input.value).catch(() => [[], failed = []]);
  if (number != asked) return;
  shown = marks;
  list.replaceChildren(...hits.map((hit, i) => {
    const option = document.createElement('li');
    option.role = 'option';
    option.id = 'hit' + i;
    option.innerHTML = '<a tabindex=-1><b></b> <span></span><small></small></a>';
    const link = option.firstChild, [title, heading, small] = link.children;
    link.href = hit.url;
    title.append(...marked(hit.title, marks));
    heading.append(...marked(hit.heading || '', marks));
    excerpt(hit, marks).then(text => small.append(...text)).catch(() => 0);
    return option;
  }));
  input.ariaExpanded = !!hits[0];
  status.textContent = hits[0] || !input.value.trim() || failed ? '' : none;
  choose(0);
};

const open = () => {
  document.body.append(dialog);
  dialog.open || dialog.showModal();
  if (field?.value) input.value = field.value;
  input.select();
  return !(asks = ask());
};

input.oninput = () => asks = ask();
input.onkeydown = event => {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  step && choose(chosen + step);
  event.key == 'Escape' && dialog.close(); /* the field would be emptied first */
  return !step;
};
asking.onsubmit = () => {
  asks.then(() => { /* it may still be on its way */
    if (failed && form) {
      field.value = input.value;
      form.submit();
    } else list.children[chosen]?.firstChild.click();
  });
  return false;
};
dialog.onclick = event => {
  const link = event.target.closest('a');
  if (link) sessionStorage.search = JSON.stringify([link.pathname, shown]);
  if (link || event.target == dialog) dialog.close();
};
document.addEventListener('keydown', event => {
  if (event.key == '/' ? event.target.closest('input,textarea,select,[contenteditable]') : event.key != 'k' || !event.ctrlKey && !event.metaKey)
    return;
  event.preventDefault();
  open();
});
if (form) {
  form.hidden = 0;
  form.onsubmit = field.onclick = open;
}

/* On the page that was found, what was looked for is marked. */
addEventListener('pageshow', () => {
  const [path, marks] = JSON.parse(sessionStorage.search || '[]');
  if (path != location.pathname) return;
  delete sessionStorage.search;
  const nodes = document.createTreeWalker(document.querySelector('main') || document.body, 4), all = [];
  while (nodes.nextNode()) all.push(nodes.currentNode);
  for (const node of all) node.replaceWith(...marked(node.data, marks));
});
})();
