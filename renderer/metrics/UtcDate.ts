/**
 * A moment whose own fields are those of UTC, for uPlot, which puts its ticks at whole hours and days by the fields and
 * counts from midnight by the difference to `new Date(year, month, day)`. A date that is only shifted by the time zone's
 * offset is an hour off around a change of daylight saving time, and cannot be made for an hour that is left out.
 */
export class UtcDate extends Date {
  override getFullYear(): number {
    return this.getUTCFullYear();
  }

  override getMonth(): number {
    return this.getUTCMonth();
  }

  override getDate(): number {
    return this.getUTCDate();
  }

  override getDay(): number {
    return this.getUTCDay();
  }

  override getHours(): number {
    return this.getUTCHours();
  }

  override getMinutes(): number {
    return this.getUTCMinutes();
  }

  override getSeconds(): number {
    return this.getUTCSeconds();
  }

  override getMilliseconds(): number {
    return this.getUTCMilliseconds();
  }

  /** As long after the laptop's midnight of that day as the moment is after midnight in UTC. */
  override valueOf(): number {
    const midnightMs = new Date(this.getUTCFullYear(), this.getUTCMonth(), this.getUTCDate()).getTime();
    return midnightMs + (this.getTime() % dayMs);
  }
}

const dayMs = 86_400_000;
