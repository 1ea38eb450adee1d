import { sentDimensions } from '../../main/model/sentDimensions.js';
import { consoleWay, type ConsoleWay } from '../bridge/consoleWay.js';
import type { Session } from '../bridge/Session.js';
import type { Series } from '../stores/Series.js';
import type { MetricDeskState } from './MetricDeskState.js';

/** To the graph of the series in CloudWatch, over the time that the charts show. */
export function metricConsoleWay(session: Session, desk: MetricDeskState, series: Series): ConsoleWay {
  const robot = session.status.robot(desk.robot);
  const sent = robot?.sendsTo.defaultDimensions ?? [];
  const dimensions = sentDimensions(sent, series.dimensions);
  const metric = { name: series.name, dimensions };
  return consoleWay(session, robot, robot?.sendsTo.metricDestination ?? '', desk.view(), metric);
}
