import { lookup } from 'node:dns/promises';

/** A name of AWS that does not depend on a robot file. */
const otherName = 'sts.amazonaws.com';
const answerMsMax = 3_000;

/** Whether this network finds names of AWS at all: one that is not found then does not exist. */
export async function findsNames(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, answerMsMax);
  });
  const found = lookup(otherName).then(
    () => true,
    () => false,
  );
  const answer = await Promise.race([found, late]);
  clearTimeout(timer);
  return answer;
}
