import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { DryRun } from '../../main/contract/calls.js';
import { listPrices, listPricesOf, sendingUsd } from '../../main/model/cloudPrices.js';
import { Fact } from '../components/Facts.js';
import { formatQuantity } from '../format/formatCount.js';
import { aboutUsd, priceUsd } from '../format/formatUsd.js';
import { areListPrices, setCloudPrices, useCloudPrices } from '../stores/cloudPrices.js';

/** What the flush would cost, and with which prices that was reckoned. */
export function CostFacts({ plan }: { readonly plan: DryRun }) {
  const prices = useCloudPrices();
  const { billed } = plan;
  if (billed === null) return <Fact name="cost">none: local, not AWS</Fact>;
  return (
    <Fact name="cost" note={billed.newMetrics > 0 && 'once, beside the months of the new metrics'}>
      {aboutUsd(sendingUsd(billed, prices))}
    </Fact>
  );
}

/** Which prices count, and a way to put one's own in their place. */
export function PriceLine() {
  const prices = useCloudPrices();
  const [open, setOpen] = useState(false);
  const own = !areListPrices(prices);
  return (
    <div className="plan-prices">
      <p className="muted">
        {own ? 'Your own prices' : `List prices of ${listPricesOf}`}: {priceUsd(prices.logsUsdPerGb)} a GB of logs,{' '}
        {priceUsd(prices.metricUsdAMonth)} a metric and month, {priceUsd(prices.requestsUsdPerThousand)} a thousand
        metric requests.{' '}
        <button
          type="button"
          className="link-button"
          aria-expanded={open}
          data-testid="plan-prices"
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open ? 'Done' : 'Change'}
        </button>
      </p>
      {open && (
        <div className="plan-price-form" ref={scrollTo}>
          {fields.map(({ key, label }) => (
            <NumberInput
              key={key}
              label={label}
              size="xs"
              prefix="$"
              min={0}
              max={1000}
              decimalScale={4}
              hideControls
              data-testid={`price-${key}`}
              value={prices[key]}
              onChange={(value) => {
                if (typeof value === 'number') setCloudPrices({ [key]: value });
              }}
            />
          ))}
          {own && (
            <button
              type="button"
              className="link-button"
              onClick={() => {
                setCloudPrices(listPrices);
              }}
            >
              Back to the list prices
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** It opens at the lower edge of a panel that scrolls. */
function scrollTo(form: HTMLElement | null): void {
  form?.scrollIntoView({ block: 'nearest' });
}

const fields = [
  { key: 'logsUsdPerGb', label: 'GB of logs' },
  { key: 'metricUsdAMonth', label: 'metric, a month' },
  { key: 'requestsUsdPerThousand', label: '1,000 requests' },
] as const;

/** `winding_temperature ×2, torque and 3 more`. */
export function newMetricWords(names: readonly { readonly name: string; readonly count: number }[]): string {
  const shown = names.slice(0, namesShownMax).map(({ name, count }) => (count === 1 ? name : `${name} ×${count}`));
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${formatQuantity(rest, 'more name')}`;
}

const namesShownMax = 4;
