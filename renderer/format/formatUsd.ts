/** `less than $0.01`, `about $1.20`: estimates, never to the cent of a bill. */
export function aboutUsd(amount: number): string {
  if (amount === 0) return '$0.00';
  return amount < 0.01 ? 'less than $0.01' : `about $${amount.toFixed(2)}`;
}

/** A price as it is, with cents at least: `$0.50`, `$0.025`. */
export function priceUsd(amount: number): string {
  return `$${amount.toFixed(Math.max(2, (String(amount).split('.')[1] ?? '').length))}`;
}
