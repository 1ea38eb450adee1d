/** A stand-in for what the panel uses of `@foxglove/hooks`, written from how it is called. Not type-checked: its packages are the peer's. */
import { useRef } from 'react';
import shallowequal from 'shallowequal';

/**
 * @template Value
 * @param {Value} value
 * @returns {Value} the value of the last time, as long as it is shallowly the same
 */
export function useShallowMemo(value) {
  const last = useRef(value);
  if (!shallowequal(last.current, value)) last.current = value;
  return last.current;
}
