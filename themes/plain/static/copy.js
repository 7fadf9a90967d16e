/*
 * Code that is wider than its page is scrolled by the arrow keys too, and a button on each coloured block copies it,
 * where the browser lets scripts do that (not on plain http). Without scripts the page is whole as well.
 */
const words = document.currentScript.dataset;
for (const code of document.querySelectorAll("pre")) if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
for (const block of navigator.clipboard ? document.querySelectorAll(".highlight") : []) {
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code").textContent);
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  });
  block.append(button);
}
