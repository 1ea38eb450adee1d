import type { Bridge } from '../../main/contract/bridge.js';
import { formatMetricText } from '../format/formatMetric.js';
import { dimensionPairs } from '../metrics/seriesWords.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { getMetricChoices, useMetricChoices } from '../stores/metricChoices.js';
import { type Alarm, ThresholdWatch } from '../stores/ThresholdWatch.js';
import { alarmSound } from './alarmSound.js';

/** Watches the thresholds of the robot that is looked at, whichever desk is open; an alarm sounds and tells the desktop. */
export function watchThresholds(live: LiveRobot, bridge: Bridge): ThresholdWatch {
  const watch = new ThresholdWatch((alarm) => {
    const robot = live.robot ?? '';
    const { title, body } = alarmWords(alarm);
    void bridge.notifyDesktop(`${robot}: ${title}`, body);
    if (getMetricChoices().alarmSound) alarmSound();
  });
  let watched = live.robot;
  const look = (): void => {
    if (watched !== live.robot) watch.forget();
    watched = live.robot;
    const choices = watched === null ? undefined : getMetricChoices().robots[watched];
    watch.look(live.series, choices ?? {});
  };
  live.seriesSignal.subscribe(look);
  useMetricChoices.subscribe(look);
  return watch;
}

export function alarmWords({ series, side, threshold, worst }: Alarm): {
  readonly title: string;
  readonly body: string;
} {
  return {
    title: `${series.name} is ${side} ${formatMetricText(threshold, series.unit)}`,
    body: `${formatMetricText(worst, series.unit)} · ${dimensionPairs(series)}`,
  };
}
