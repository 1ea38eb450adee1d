import { defaultProvider, type DefaultProviderInit } from '@aws-sdk/credential-provider-node';
import type { AwsCredentialIdentityProvider } from '@smithy/types';

/**
 * The SDK's chain of credentials, for a process that lives for days: the SDK reads the AWS files once and for all, and keeps keys
 * without an end for ever. Here a profile or key that a person writes into them is found without a new start: the files are read
 * anew whenever there are no credentials, and after `renew`.
 */
export class RenewableCredentials {
  private chain: AwsCredentialIdentityProvider | null = null;

  /** What the SDK makes of a client's configuration, as its own `credentialDefaultProvider`. */
  readonly providerFor = (init: DefaultProviderInit): AwsCredentialIdentityProvider => {
    return (properties) => {
      this.chain ??= defaultProvider({ ...init, ignoreCache: true });
      return this.chain(properties);
    };
  };

  /** What was found is refused: the next request looks again. */
  renew(): void {
    this.chain = null;
  }
}
