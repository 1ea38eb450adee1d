/** Where a window was, in device-independent pixels. */
export interface WindowBounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const windowWidthMin = 900;
export const windowHeightMin = 560;
/** So much of the window must be on a screen, at its top edge, for a person to get hold of it. */
export const visibleWidthMin = 160;
export const visibleHeightMin = 48;

/**
 * The remembered bounds when a window there can be seen and moved; otherwise null (a screen was unplugged, or the file says
 * something odd), and the window opens in the middle of the main screen. Never larger than the screen it is on.
 */
export function fitWindowBounds(remembered: WindowBounds, workAreas: readonly WindowBounds[]): WindowBounds | null {
  const area = workAreas.find((candidate) => canBeGrabbed(remembered, candidate));
  if (area === undefined) return null;
  return {
    x: remembered.x,
    y: remembered.y,
    width: Math.max(windowWidthMin, Math.min(remembered.width, area.width)),
    height: Math.max(windowHeightMin, Math.min(remembered.height, area.height)),
  };
}

function canBeGrabbed(bounds: WindowBounds, area: WindowBounds): boolean {
  const left = Math.max(bounds.x, area.x);
  const right = Math.min(bounds.x + bounds.width, area.x + area.width);
  const titleBarInside = bounds.y >= area.y && bounds.y + visibleHeightMin <= area.y + area.height;
  return right - left >= visibleWidthMin && titleBarInside;
}
