/** Domains whose UDP ports lie below Linux's ephemeral ones end at 101; the demo robot has 77. */
const lowest = 10;
const highest = 76;

let next = lowest + Math.floor(Math.random() * (highest - lowest + 1));

/** A ROS domain for one test: the first at random, so that two runs on one machine rarely meet. */
export function freeDomain(): number {
  const domain = next;
  next = next === highest ? lowest : next + 1;
  return domain;
}
