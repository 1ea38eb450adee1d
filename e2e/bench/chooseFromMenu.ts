import { expect, type Locator } from '@playwright/test';
import { pressUntilFocused } from './pressUntilFocused.js';

/** By keyboard: to the button with Tab or Shift+Tab, Enter opens its menu, and the item is taken. */
export async function chooseFromMenu(button: Locator, item: Locator, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  await pressUntilFocused(button, key);
  await button.page().keyboard.press('Enter');
  await takeFromOpenMenu(item);
}

/** Arrows come to the item, Enter takes it. */
export async function takeFromOpenMenu(item: Locator): Promise<void> {
  const { keyboard } = item.page();
  await expect(item).toBeVisible();
  await pressUntilFocused(item, 'ArrowDown');
  await keyboard.press('Enter');
  await expect(item).toHaveCount(0);
}
