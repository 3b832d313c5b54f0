/** Which engine a person has chosen, by the form, the menu, the command line or last time; and where its token is. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  type EngineAddress,
  engineToken,
  parseEngineAddress,
} from '../src-engine/contract/engine-address.ts';
import { type Problem, UserError } from '../src-engine/domain/errors.ts';
import type { SecretStore } from '../src-engine/secrets/keychain.ts';
import type { AttachRequest } from './channels.ts';
import { loadSettings, saveSettings } from './desktop-settings.ts';
import type { RemoteEngine } from './engine-process.ts';
import type { Engines } from './engines.ts';

export const attachRequest: z.ZodType<AttachRequest> = z.strictObject({
  address: z.string().max(500),
  token: z.string().max(300),
  keep: z.boolean(),
});

/** What a start begins with. */
export type FirstEngine =
  | { readonly kind: 'own' }
  | { readonly kind: 'remote'; readonly remote: RemoteEngine }
  /** Its token is not known: the form asks. */
  | { readonly kind: 'ask'; readonly address: string; readonly trouble: string };

const OWN = 'own';

/** `--engine ADDRESS` or `--engine own`, and the arguments without it. */
export function engineSwitch(args: readonly string[]): {
  readonly engine: string | undefined;
  readonly rest: readonly string[];
} {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: { engine: { type: 'string' } },
  });
  const found = tokens.findLast((token) => token.kind === 'option' && token.name === 'engine');
  if (found?.kind !== 'option') return { engine: undefined, rest: args };
  const width = found.inlineValue === true ? 1 : 2;
  return { engine: found.value ?? '', rest: args.toSpliced(found.index, width) };
}

export class EngineChoice {
  readonly #secrets: SecretStore;
  readonly #engines: Engines;

  constructor(engines: Engines, secrets: SecretStore) {
    this.#engines = engines;
    this.#secrets = secrets;
  }

  /** @param named of the command line, before what was chosen last time. @throws UserError when it is not an address. */
  async first(named: string | undefined): Promise<FirstEngine> {
    const wanted = named ?? loadSettings().remote ?? OWN;
    if (wanted === OWN) return { kind: 'own' };
    const address = parseEngineAddress(wanted);
    try {
      const token = await this.#secrets.get(secretName(address));
      if (token !== undefined) return { kind: 'remote', remote: remoteOf(address, token) };
      return { kind: 'ask', address: address.origin, trouble: 'its token is needed' };
    } catch (error) {
      return { kind: 'ask', address: address.origin, trouble: problemOf(error).message };
    }
  }

  /** @returns what is wrong with the request, or null when its engine is the one from now on. */
  async attach(request: AttachRequest): Promise<Problem | null> {
    try {
      const address = parseEngineAddress(request.address);
      const token = await this.#tokenFor(address, request.token.trim());
      const undo = request.keep ? await this.#keep(address, token) : undefined;
      const refusal = await this.#engines.attach(remoteOf(address, token));
      if (refusal !== undefined) {
        await undo?.();
        return notUsable(address, refusal);
      }
      saveSettings({ remote: request.keep ? address.origin : null });
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }

  async useOwn(): Promise<void> {
    saveSettings({ remote: null });
    await this.#engines.useOwn();
  }

  /** Before the engine is tried: without a keychain nothing is to change. @returns what puts it back. */
  async #keep(address: EngineAddress, token: string): Promise<() => Promise<unknown>> {
    const name = secretName(address);
    const before = await this.#secrets.get(name);
    await this.#secrets.set(name, token);
    return () => (before === undefined ? this.#secrets.delete(name) : this.#secrets.set(name, before));
  }

  async #tokenFor(address: EngineAddress, typed: string): Promise<string> {
    const token = typed !== '' ? typed : (address.token ?? (await this.#secrets.get(secretName(address))));
    const remedy =
      'Copy it from the address that "serve" printed there, behind #token=, or from its token file.';
    if (token === undefined) {
      throw new UserError({ code: 'token-missing', field: 'token', message: 'is not known yet', remedy });
    }
    // Never with its value: it may be a good token with a letter too many.
    if (!engineToken.safeParse(token).success) {
      throw new UserError({
        code: 'bad-token',
        field: 'token',
        message: 'is not a token: 16 to 256 letters, digits, - and _',
        remedy,
      });
    }
    return token;
  }
}

function secretName({ origin }: EngineAddress): string {
  return `engine ${origin}`.slice(0, 128);
}

function remoteOf({ origin, socketUrl, name }: EngineAddress, token: string): RemoteEngine {
  return { origin, socketUrl, name, token };
}

function notUsable({ origin }: EngineAddress, reason: string): Problem {
  const isToken = reason.includes('token');
  return {
    code: isToken ? 'token-refused' : 'engine-not-usable',
    field: isToken ? 'token' : 'address',
    value: isToken ? undefined : origin,
    message: isToken ? 'is not accepted by the engine' : `cannot be used: ${reason}`,
    remedy: isToken
      ? 'Copy it again: an engine makes a new one at each start, unless --token-file names one.'
      : 'Check that "serve" runs there and that the address is right. Nothing was changed here.',
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof UserError) return error.problem;
  return { code: 'internal', message: error instanceof Error ? error.message : 'unknown failure' };
}
