import { formatIso } from '../format/formatTime.js';
import { getPage } from '../stores/pageStore.js';
import type { MetricDeskState } from './MetricDeskState.js';

/** The cards in view, as they stand on the page, as one PNG with the robot and the time above; null when there are none. */
export async function chartsAsPng(desk: MetricDeskState): Promise<Uint8Array<ArrayBuffer> | null> {
  const cards = desk.loop.visible.filter((card) => card.isConnected);
  const [first] = cards;
  if (first === undefined) return null;
  const boxes = cards.map((card) => card.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)) - marginPx;
  const top = Math.min(...boxes.map((box) => box.top)) - marginPx - titlePx;
  const right = Math.max(...boxes.map((box) => box.right)) + marginPx;
  const bottom = Math.max(...boxes.map((box) => box.bottom)) + marginPx;
  const scale = Math.max(1, devicePixelRatio);
  const canvas = new OffscreenCanvas(Math.ceil((right - left) * scale), Math.ceil((bottom - top) * scale));
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.scale(scale, scale);
  context.translate(-left, -top);
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue('--background');
  context.fillRect(left, top, right - left, bottom - top);
  const { fromMs, untilMs } = desk.view();
  writeText(context, `${desk.robot} · ${wholeSeconds(fromMs)} to ${wholeSeconds(untilMs)} (robot time)`, {
    font: `600 14px ${style.getPropertyValue('--font-text')}`,
    colour: style.getPropertyValue('--text-strong'),
    x: left + marginPx,
    y: top + marginPx + 12,
  });
  for (const card of cards) drawCard(context, card);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

/** With day and zone: a picture is looked at elsewhere. */
function wholeSeconds(timeMs: number): string {
  return formatIso(timeMs, getPage().timeView.zone).replace(/\.\d+/u, '');
}

/** The card's ground, its words where the page has them, its canvases. */
function drawCard(context: OffscreenCanvasRenderingContext2D, card: Element): void {
  const box = card.getBoundingClientRect();
  const style = getComputedStyle(card);
  context.fillStyle = style.backgroundColor;
  context.strokeStyle = style.borderTopColor;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(box.left, box.top, box.width, box.height, Number.parseFloat(style.borderTopLeftRadius));
  context.fill();
  context.stroke();
  for (const canvas of card.querySelectorAll('canvas')) {
    const place = canvas.getBoundingClientRect();
    context.drawImage(canvas, place.left, place.top, place.width, place.height);
  }
  const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent ?? '';
    const parent = node.parentElement;
    if (text.trim() === '' || parent === null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const place = range.getBoundingClientRect();
    const look = getComputedStyle(parent);
    writeText(context, text.trim(), {
      font: `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`,
      colour: look.color,
      x: place.left,
      y: place.top + place.height * baselinePart,
    });
  }
}

interface TextPlace {
  readonly font: string;
  readonly colour: string;
  readonly x: number;
  readonly y: number;
}

function writeText(context: OffscreenCanvasRenderingContext2D, text: string, { font, colour, x, y }: TextPlace): void {
  context.font = font;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

const marginPx = 16;
const titlePx = 28;
/** Where a line's baseline is in its box, as a part of its height. */
const baselinePart = 0.76;
