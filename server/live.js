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

  function fresh(address) {
    var url = new URL(address, location.href);
    url.searchParams.set("vial", Date.now());
    return url.href;
  }

  /* The new sheet is there before the old one goes, so the page never stands naked. */
  function swapSheet(link) {
    var next = link.cloneNode();
    next.href = fresh(link.href);
    next.addEventListener("load", function () { link.remove(); });
    next.addEventListener("error", function () { next.remove(); });
    link.after(next);
  }

  function swap(name) {
    var found = 0;
    document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon]").forEach(function (link) {
      if (isSame(link.href, name)) { swapSheet(link); found++; }
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
