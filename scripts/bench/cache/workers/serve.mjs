// @ts-check

/**
 * A worker's side of `Worker.ask`: answers one task after the other until the parent lets go.
 * @param {(task: any) => Promise<unknown>} work
 * @param {() => Promise<void>} [finish] when the parent has let go
 */
export function serve(work, finish = async () => undefined) {
  process.on('message', async (task) => {
    try {
      const value = await work(task);
      process.send?.({ value });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', async () => {
    await finish().catch(() => undefined);
    process.exit(0);
  });
}

/** The most memory that this process has held so far. */
export function peakRssMb() {
  return process.resourceUsage().maxRSS / 1024;
}
