import type { Bridge, MetricChoices } from '../../main/contract/bridge.js';
import type { CallInput } from '../../main/contract/calls.js';
import { formatMetricText } from '../format/formatMetric.js';
import { dimensionPairs } from '../metrics/seriesWords.js';
import { type Alarm, AlarmBook } from '../stores/AlarmBook.js';
import { getMetricChoices } from '../stores/metricChoices.js';
import { alarmSound } from './alarmSound.js';

/** The alarms of all robots, whichever is looked at and whichever desk is open; one that begins sounds and tells the desktop. */
export function openAlarmBook(bridge: Bridge): AlarmBook {
  return new AlarmBook((alarm) => {
    const { title, body } = alarmWords(alarm);
    void bridge.notifyDesktop(`${alarm.robot}: ${title}`, body);
    if (getMetricChoices().alarmSound) alarmSound();
  });
}

/** What the engine is to judge, of the choices for all robots. */
export function thresholdsOf(choices: MetricChoices): CallInput<'live.thresholds'> {
  const robots = Object.entries(choices.robots).map(([robot, series]) => {
    const watched = Object.entries(series).filter(([, { above, below }]) => above !== null || below !== null);
    return [robot, Object.fromEntries(watched.map(([key, { above, below }]) => [key, { above, below }]))] as const;
  });
  return { robots: Object.fromEntries(robots) };
}

export function alarmWords(alarm: Alarm): { readonly title: string; readonly body: string } {
  const { name, side, threshold, worst, unit } = alarm;
  return {
    title: `${name} is ${side} ${formatMetricText(threshold, unit)}`,
    body: `${formatMetricText(worst, unit)} · ${dimensionPairs(alarm)}`,
  };
}
