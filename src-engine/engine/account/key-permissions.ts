/** What the running session knows of the keys in the keychain. */
import type { KeyStanding } from '../../contract/key-operations.ts';
import type { TradingSession } from '../trading-session.ts';

/** The permissions of a key are the venue's answer when its session began; null for one that no session uses. */
export function withPermissions(
  keys: readonly KeyStanding[],
  session: TradingSession | undefined,
): KeyStanding[] {
  const connections = session?.parts.connections ?? [];
  return keys.map((key) => {
    const account = connections.find(
      ({ market }) => market.adapter === key.venue && market.isSimulated === key.isLocal,
    )?.account;
    return account === undefined || key.state !== 'present'
      ? key
      : { ...key, permissions: account.permissions };
  });
}
