/** Whether the engine can do its work now, and what is missing: for supervisors. A halt or a kill is no fault of readiness: both are operated. */
import type { OperationOutput } from '../contract/operations.ts';
import { type EngineStatus, engineStatus } from '../contract/records.ts';
import type { GatewayHost } from './host.ts';

export type Readiness = { readonly ready: boolean; readonly missing: readonly string[] };

/** @param standing of the accounts; undefined while no session runs. */
export function readinessOf(
  status: EngineStatus,
  standing: OperationOutput<'getAccountStanding'> | undefined,
): Readiness {
  const missing: string[] = [];
  if (!status.storage.healthy) missing.push(`storage: ${withoutHolder(status.storage.detail)}`);
  if (status.profile === null) missing.push('profile: none is chosen');
  else if (standing === undefined) missing.push(`session: ${status.haltReason || 'is starting'}`);
  else if (!status.feeds.some(({ booksLive }) => booksLive > 0)) missing.push('feeds: no book is live');
  for (const { venue, agreedUs } of standing?.comparesAccounts === true ? standing.venues : []) {
    if (agreedUs === null) missing.push(`account: ${venue} has not agreed with the ledger in this run`);
  }
  return { ready: missing.length === 0, missing };
}

/** Asked without a token: which machine, process and folder the other engine has is for an operator's status alone. */
function withoutHolder(detail: string): string {
  return detail.replace(/ was taken over by .*$/s, ' was taken over by another engine');
}

/** How the accounts stand; undefined while no session runs. */
export async function readStanding(
  host: GatewayHost,
): Promise<OperationOutput<'getAccountStanding'> | undefined> {
  try {
    return await host.handlers.getAccountStanding({}, { role: 'viewer', via: 'metrics' });
  } catch {
    return undefined;
  }
}

export async function readReadiness(host: GatewayHost): Promise<Readiness> {
  return readinessOf(engineStatus.parse(host.readView('status', {})), await readStanding(host));
}
