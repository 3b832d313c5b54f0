/** The key of a wallet: 64 hexadecimal digits, and the address that they are of. It goes to the process that signs, and to nothing else. */
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';
import type { Credential, CredentialSchema } from '../../venue-account.ts';
import { isAddressText } from '../own-tokens.ts';
import type { Cancels, WalletRights } from '../wallet/asks.ts';
import { readPrivateKey } from '../wallet/permit.ts';

const SOURCE = 'what the local node prints at its start';

export const WALLET_KEY: CredentialSchema = {
  titles: { key: 'address of the wallet', secret: 'private key' },
  check: (credential) => void new WalletCredentials(credential),
};

/** No log, error, JSON or copy shows it. */
export class WalletCredentials extends Unprinted {
  readonly address: string;
  readonly #key: string;

  /** @throws UserError, without the value, when a part is none. */
  constructor({ key, secret }: Credential) {
    super('wallet');
    if (!isAddressText(key)) throw badCredential('address', 'is not 0x and 40 hexadecimal digits', SOURCE);
    this.address = key.toLowerCase();
    this.#key = readPrivateKey(secret);
  }

  /** The line that opens the account. @param cancels what is not to be made of what it finds open. */
  opening(rights: WalletRights, cancels: Cancels = []): string {
    return JSON.stringify({ do: 'open', address: this.address, key: this.#key, rights, cancels });
  }
}
