/** `less than $0.01`, `about $1.20`: estimates, never to the cent of a bill. */
export function aboutUsd(amount: number): string {
  if (amount === 0) return '$0.00';
  return amount < 0.01 ? 'less than $0.01' : `about $${amount.toFixed(2)}`;
}
