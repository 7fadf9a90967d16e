// The arrow keys turn pages, where nothing else wants them.
addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], pre, .tabbed-set, video, audio")) return;
  const rtl = document.documentElement.dir === "rtl";
  const way = { ArrowLeft: rtl ? "next" : "prev", ArrowRight: rtl ? "prev" : "next" }[event.key];
  const link = way && document.querySelector(`head > link[rel="${way}"]`);
  if (link) location.href = link.href;
});
