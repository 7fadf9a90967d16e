/*
 * search.js - vial's search script without a browser: node search.js SCRIPT PUBLIC INDEX all|best < questions
 *
 *   comes in:  the script as it is written; a built site; lines of JSON, each a question
 *   goes out:  a line of JSON for each: its hits
 *
 * As much of a page as the script asks for when it is loaded; its search() is called from here.
 */
const fs = require('fs'), path = require('path'), vm = require('vm');
const [source, folder, index, most] = process.argv.slice(2);

const nothing = () => new Proxy(function () {}, {
  get: (_, name) => name == 'children' ? [0, 1, 2].map(nothing) : name == Symbol.iterator ? [][Symbol.iterator] : nothing(),
  set: () => true,
});
const page = vm.createContext({
  URL, Promise, location: {protocol: 'https:'}, addEventListener() {},
  document: {
    currentScript: {src: 'https://site.test/search/search.js', dataset: {index}},
    querySelector: () => null,
    addEventListener() {},
    createElement: name => name == 'script' ? {} : nothing(),
    head: {append: script => vm.runInContext(fs.readFileSync(path.join(folder, script.src), 'utf8'), page)},
  },
});
let script = fs.readFileSync(source, 'utf8').replace(/\}\)\(\);\s*$/, 'globalThis.ask = search;\n})();');
if (most == 'all') script = script.replace('slice(0, 20)', 'slice(0)');
vm.runInContext(script, page);

(async () => {
  for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
    const [hits] = await page.ask(JSON.parse(line));
    console.log(JSON.stringify(hits.map(hit => hit.url.replace('https://site.test', ''))));
  }
})();
