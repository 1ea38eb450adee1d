import { escapeXml } from './wire/answers.js';

/**
 * The account that this server pretends to be. No AWS account has this number, so that the app (and a person) can tell
 * "local, not AWS" from the real thing.
 */
export const LOCAL_ACCOUNT_ID = '000000000000';
export const LOCAL_CALLER_ARN = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:user/tether-local`;
const LOCAL_USER_ID = 'AIDATETHERLOCAL000000';

/** The answer of STS GetCallerIdentity (AWS STS API reference), as the query protocol writes it. */
export function callerIdentityXml(requestId: string): string {
  return (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    `<Arn>${escapeXml(LOCAL_CALLER_ARN)}</Arn><UserId>${LOCAL_USER_ID}</UserId><Account>${LOCAL_ACCOUNT_ID}</Account>` +
    `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
    '</GetCallerIdentityResponse>'
  );
}
