import { create } from 'zustand';
import { type MetricChoices, metricChoicesSchema, type SeriesChoice } from '../../main/contract/bridge.js';

/** What was chosen on the metric desk, for all robots; remembered between starts. */
export const useMetricChoices = create<MetricChoices>()(() => metricChoicesSchema.parse({}));
export const getMetricChoices = useMetricChoices.getState;
export const setMetricChoices = useMetricChoices.setState;

export const noChoice: SeriesChoice = { pinned: false, shape: 'value', above: null, below: null };

export function choiceOf(choices: MetricChoices, robot: string | null, key: string): SeriesChoice {
  return (robot === null ? undefined : choices.robots[robot]?.[key]) ?? noChoice;
}

/** Changes what is chosen for one series; what is back at its defaults is forgotten. */
export function chooseForSeries(robot: string, key: string, change: Partial<SeriesChoice>): void {
  useMetricChoices.setState((choices) => {
    const own = { ...choices.robots[robot] };
    const next = { ...choiceOf(choices, robot, key), ...change };
    const isDefault = !next.pinned && next.shape === 'value' && next.above === null && next.below === null;
    if (isDefault) Reflect.deleteProperty(own, key);
    else own[key] = next;
    return { robots: { ...choices.robots, [robot]: own } };
  });
}
