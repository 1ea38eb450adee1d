/** Numbers for texts that repeat (node names). Bounded: beyond the limit every new text gets the number 0, `overflowText`. */
export class InternTable {
  private readonly numbers = new Map<string, number>();
  private readonly texts: string[];

  constructor(
    private readonly entriesMax: number,
    overflowText: string,
  ) {
    this.texts = [overflowText];
  }

  get size(): number {
    return this.texts.length;
  }

  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (this.texts.length > this.entriesMax) return 0;
    const number = this.texts.length;
    this.numbers.set(text, number);
    this.texts.push(text);
    return number;
  }

  textOf(number: number): string {
    return this.texts[number] ?? this.texts[0] ?? '';
  }
}
