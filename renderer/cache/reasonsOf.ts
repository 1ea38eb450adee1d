/** The reasons that CloudWatch gave, the most frequent first. Figures in them do not make another reason. */
export function reasonsOf(
  rows: readonly { readonly reason: string }[],
): readonly { readonly reason: string; readonly records: number }[] {
  const found = new Map<string, { reason: string; records: number }>();
  for (const { reason } of rows) {
    const key = reason.replaceAll(/\d+/g, '#');
    const known = found.get(key);
    if (known === undefined) found.set(key, { reason, records: 1 });
    else known.records += 1;
  }
  return [...found.values()].sort((left, right) => right.records - left.records);
}
