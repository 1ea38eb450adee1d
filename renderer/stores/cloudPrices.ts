import { create } from 'zustand';
import { type CloudPrices, listPrices } from '../../main/model/cloudPrices.js';

/** What estimates are made with: the list prices, or what a person has put in their place. Remembered between starts. */
export const useCloudPrices = create<CloudPrices>()(() => listPrices);
export const getCloudPrices = useCloudPrices.getState;
export const setCloudPrices = useCloudPrices.setState;

export function areListPrices(prices: CloudPrices): boolean {
  return (
    prices.logsUsdPerGb === listPrices.logsUsdPerGb &&
    prices.metricUsdAMonth === listPrices.metricUsdAMonth &&
    prices.requestsUsdPerThousand === listPrices.requestsUsdPerThousand
  );
}
