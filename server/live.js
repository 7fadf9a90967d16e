/* vial's preview: reloads this page when it changed, and swaps style sheets and pictures in place. */
(function () {
  "use strict";
  var script = document.currentScript;
  var base = script.src.replace(/[^\/]*$/, "");
  var page = encodeURIComponent(location.pathname);
  var events = new EventSource(base + "events?page=" + page + "&version=" + script.dataset.version);

  function isSame(address, name) {
    var url = new URL(address, location.href);
    return url.host === location.host && decodeURIComponent(url.pathname).endsWith("/" + name);
  }

  /* "site.84966f8d4719.css" of "site.css": "sheets" comes for it. */
  function isPrinted(address, name) {
    return isSame(address.replace(/\.[0-9a-f]{12}(\.[^.\/]*)$/, "$1"), name);
  }

  function fresh(address) {
    var url = new URL(address, location.href);
    url.searchParams.set("vial", Date.now());
    return url.href;
  }

  /* The new sheet is there before the old one goes, so the page never stands naked. */
  function putSheet(link, next) {
    next.addEventListener("load", function () { link.remove(); });
    next.addEventListener("error", function () { next.remove(); });
    link.after(next);
  }

  function swapSheet(link) {
    var next = link.cloneNode();
    next.href = fresh(link.href);
    putSheet(link, next);
  }

  /* Sheets whose addresses tell their content: the page names others now, and is the same else. */
  function takeSheets(text) {
    var there = document.querySelectorAll("link[rel~=stylesheet]");
    var named = new DOMParser().parseFromString(text, "text/html").querySelectorAll("link[rel~=stylesheet]");
    if (there.length !== named.length) { location.reload(); return; }
    there.forEach(function (link, i) {
      if (link.getAttribute("href") !== named[i].getAttribute("href")) { putSheet(link, document.importNode(named[i])); }
    });
  }

  function swap(name) {
    var found = 0;
    document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon]").forEach(function (link) {
      if (isSame(link.href, name)) { swapSheet(link); found++; } else if (isPrinted(link.href, name)) { found++; }
    });
    document.querySelectorAll("img, source, video, audio").forEach(function (element) {
      if (element.src && isSame(element.src, name)) { element.src = fresh(element.src); found++; }
      if (element.srcset && element.srcset.indexOf(name) >= 0) { location.reload(); }
    });
    document.querySelectorAll("script[src]").forEach(function (other) {
      if (isSame(other.src, name)) { location.reload(); }
    });
    return found;
  }

  events.addEventListener("reload", function () { events.close(); location.reload(); });
  events.addEventListener("sheets", function () {
    fetch(location.href).then(function (page) { return page.text(); }).then(takeSheets, function () { location.reload(); });
  });
  events.addEventListener("file", function (event) {
    /* a sheet may be imported by another one, whose name is not known here */
    if (!swap(event.data) && /\.css$/.test(event.data)) {
      document.querySelectorAll("link[rel~=stylesheet]").forEach(function (link) {
        if (new URL(link.href).host === location.host) { swapSheet(link); }
      });
    }
  });
  window.addEventListener("pagehide", function () { events.close(); });
})();
