/** `<button data-island="copy" data-copy="#id" hidden>`: copies the text of that element. */

import { mount, required } from "./shared/dom";
import { langOf, speaker } from "./shared/words";

mount<HTMLButtonElement>("copy", (button) => {
  const say = speaker(langOf(button));
  const label = button.textContent;
  const selector = required(button, "copy");
  button.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.textContent = say((await copy(selector)) ? "copied" : "notCopied");
    setTimeout(() => (button.textContent = label), 2000);
  });
});

async function copy(selector: string): Promise<boolean> {
  const source = document.querySelector<HTMLElement>(selector);
  if (!source) return false;
  const text =
    source instanceof HTMLTextAreaElement || source instanceof HTMLInputElement ? source.value : source.innerText;
  if (!navigator.clipboard) return byHand(text); // an intranet without https has no clipboard
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => byHand(text),
  );
}

function byHand(text: string): boolean {
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.style.position = "fixed";
  holder.style.opacity = "0";
  document.body.append(holder);
  holder.select();
  const copied = document.execCommand("copy");
  holder.remove();
  return copied;
}
