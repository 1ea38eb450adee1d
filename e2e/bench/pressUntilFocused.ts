import type { Locator } from '@playwright/test';

/** Presses a key until the focus is on, or within, one of what is named: however many stops there are on the way, and however late it moves. */
export async function pressUntilFocused(target: Locator, key: string): Promise<void> {
  for (let presses = 0; presses < pressesMax; presses += 1) {
    const isThere = await target.evaluateAll((all) => all.some((one) => one.contains(document.activeElement)));
    if (isThere) return;
    await target.page().keyboard.press(key);
  }
  throw new Error(`${key} does not come to ${target.toString()}`);
}

const pressesMax = 80;
