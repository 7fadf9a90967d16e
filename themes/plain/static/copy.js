/* A button on each block of coloured code that copies it. Without scripts the page is whole as well. */
const words = document.currentScript.dataset;
for (const block of document.querySelectorAll(".highlight")) {
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
