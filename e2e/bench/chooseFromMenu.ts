import { expect, type Locator } from '@playwright/test';
import { pressUntilFocused } from './pressUntilFocused.js';

/** By keyboard: to the button with Tab or Shift+Tab, Enter opens its menu, arrows come to the item, Enter takes it. */
export async function chooseFromMenu(button: Locator, item: Locator, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  const { keyboard } = button.page();
  await pressUntilFocused(button, key);
  await keyboard.press('Enter');
  await expect(item).toBeVisible();
  await pressUntilFocused(item, 'ArrowDown');
  await keyboard.press('Enter');
  await expect(item).toHaveCount(0);
}
