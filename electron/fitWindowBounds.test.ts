import { describe, expect, it } from 'vitest';
import { fitWindowBounds } from './fitWindowBounds.js';

const laptop = { x: 0, y: 24, width: 1440, height: 876 };
const besideIt = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('remembered window bounds', () => {
  it('stay as they are on a screen that is there', () => {
    const bounds = { x: 1500, y: 40, width: 1200, height: 800 };
    expect(fitWindowBounds(bounds, [laptop, besideIt])).toEqual(bounds);
  });

  it('are forgotten when their screen is gone', () => {
    expect(fitWindowBounds({ x: 1500, y: 40, width: 1200, height: 800 }, [laptop])).toBeNull();
  });

  it('are forgotten when the title bar would be out of reach', () => {
    expect(fitWindowBounds({ x: 100, y: -40, width: 1200, height: 800 }, [laptop])).toBeNull();
    expect(fitWindowBounds({ x: 100, y: 890, width: 1200, height: 800 }, [laptop])).toBeNull();
    expect(fitWindowBounds({ x: -1150, y: 40, width: 1200, height: 800 }, [laptop])).toBeNull();
    expect(fitWindowBounds({ x: 100, y: 100, width: 1200, height: 800 }, [])).toBeNull();
  });

  it('shrink to a smaller screen, but not under the smallest window', () => {
    const fitted = fitWindowBounds({ x: 0, y: 24, width: 3000, height: 100 }, [laptop]);
    expect(fitted).toEqual({ x: 0, y: 24, width: 1440, height: 560 });
  });
});
