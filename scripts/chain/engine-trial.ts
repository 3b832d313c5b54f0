/**
 * The whole engine on the local chain: it is armed, trades a planted edge over two pools, and is killed, ended (SIGKILL) and frozen (SIGSTOP) in the
 * middle of the next ones. Afterwards nothing waits, no approval is left, and the ledger is what the chain has, to the last unit.
 */
import { readReport } from '../../src-engine/watchdog/report-file.ts';
import { asked, until } from '../trials/numbers.ts';
import { PoolRig } from './engine-rig.ts';
import type { SessionParts } from './session.ts';

const VENUES = ['sim-uniswap-v2', 'sim-uniswap-v3'] as const;

export async function rehearseEngine(parts: SessionParts): Promise<boolean> {
  const rig = await PoolRig.start(parts);
  const steps: readonly (readonly [title: string, step: (rig: PoolRig) => Promise<void>])[] = [
    ['a cycle of an armed engine', traded],
    ['a kill in its midst', killed],
    ['a restart', restarted],
    ['SIGSTOP in its midst', frozen],
    ['SIGKILL in its midst', dead],
  ];
  let isRight = true;
  try {
    rig.startEngine();
    for (const [title, step] of steps) {
      const before = rig.violations.length;
      await step(rig).catch((error: unknown) => {
        rig.breach(`${String(error)}; the engine wrote: ${rig.output.slice(-1_500)}`);
      });
      const faults = rig.violations.slice(before);
      process.stdout.write(
        `engine, ${title}: ${faults.length === 0 ? 'right' : `WRONG: ${faults.join('; ')}`}\n`,
      );
      isRight &&= faults.length === 0;
      if (!isRight) break;
    }
  } finally {
    await rig.stop();
  }
  return isRight;
}

async function traded(rig: PoolRig): Promise<void> {
  await rig.arm();
  await rig.apart();
  await asked(
    'a cycle',
    () => rig.client.call('listExecutions', { limit: 20 }),
    ({ executions }) =>
      executions.some(
        ({ outcome, executionId }) => outcome === 'completed' && !executionId.startsWith('paper'),
      ),
  );
  await rig.demandLedgers();
}

/** Nothing leaves for an order that was made after the acknowledgement, and once it is verified nothing but what cancels. */
async function killed(rig: PoolRig): Promise<void> {
  await rig.midOrder();
  await rig.client.call('kill', { reason: 'trial' });
  const { orders: before } = await rig.client.call('listOrders', { limit: 500 });
  rig.isMining = true;
  await asked(
    'both wallets verified empty',
    () => rig.client.call('getStatus', {}),
    ({ killVenues }) =>
      VENUES.every((venue) => killVenues.find((one) => one.venue === venue)?.openOrders === 0),
  );
  const verifiedMs = Date.now();
  await empty(rig);
  await rig.demandLedgers();
  const { orders: after } = await rig.client.call('listOrders', { limit: 500 });
  if (after.length !== before.length) rig.breach('an order was made after the acknowledgement of a kill');
  for (const { kind, atMs } of rig.arrived)
    if (kind === 'order' && atMs > verifiedMs) rig.breach('a swap was sent after a verified kill');
}

async function restarted(rig: PoolRig): Promise<void> {
  rig.signal('SIGTERM');
  await rig.ended();
  await comesBack(rig);
}

/** Its watchdogs take back what waits, and it goes on halted. */
async function frozen(rig: PoolRig): Promise<void> {
  await armed(rig);
  await rig.midOrder();
  rig.signal('SIGSTOP');
  const before = rig.arrived.length;
  await until(
    'what takes its place',
    () => rig.arrived.slice(before).some(({ kind }) => kind === 'harmless'),
    Boolean,
  );
  rig.isMining = true;
  await reported(rig, 'frozen');
  await empty(rig);
  rig.signal('SIGCONT');
  await asked(
    'the halt of both wallets',
    () => rig.client.call('getArming', {}),
    ({ venues }) =>
      venues.every(({ checklist }) =>
        checklist.some(({ id, detail }) => id === 'not-halted' && detail.includes('watchdog')),
      ),
  );
  await rig.demandLedgers();
}

/** Each process that signs ends with its engine, and its watchdogs take back what waits. */
async function dead(rig: PoolRig): Promise<void> {
  await armed(rig);
  await rig.midOrder();
  const signers = rig.signers();
  if (signers.length !== VENUES.length) rig.breach(`${signers.length} processes sign`);
  rig.signal('SIGKILL');
  await rig.ended();
  await until(
    'the end of the processes that sign',
    () => signers.filter(isAlive),
    ({ length }) => length === 0,
  );
  rig.isMining = true;
  await reported(rig, 'dead');
  await empty(rig);
  await comesBack(rig);
}

async function armed(rig: PoolRig): Promise<void> {
  await rig.client.call('rearm', { confirm: 'REARM' }).catch(() => undefined);
  await rig.arm();
}

async function reported(rig: PoolRig, cause: 'frozen' | 'dead'): Promise<void> {
  for (const venue of VENUES)
    await until(
      `the report of ${venue}`,
      () => readReport(rig.dataDir, venue),
      (found) => found?.verified === true && found.cause === cause,
    );
}

async function empty(rig: PoolRig): Promise<void> {
  const waiting = await rig.waiting();
  if (waiting > 0) rig.breach(`${waiting} transactions wait`);
  const allowed = await rig.allowed();
  if (allowed > 0n) rig.breach(`routers may still take ${allowed}`);
}

/** Another engine on the same folder is halted and disarmed, agrees with the chain, and sends nothing. */
async function comesBack(rig: PoolRig): Promise<void> {
  const before = rig.arrived.length;
  rig.startEngine();
  const status = await asked(
    'the engine to come up again',
    () => rig.client.call('getStatus', {}),
    ({ mode, feeds }) => mode !== null && feeds.length === VENUES.length,
  );
  if (!status.paused || status.arming?.state !== 'disarmed')
    rig.breach('the engine came up again neither halted nor disarmed');
  await rig.demandLedgers();
  if (rig.arrived.length > before) rig.breach('something was sent by an engine that was not armed');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
