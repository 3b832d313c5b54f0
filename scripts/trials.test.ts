import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';

type Figures = {
  readonly trials: number;
  readonly violations: readonly string[];
  readonly notMade?: readonly string[];
};
type Times = { readonly max: number };
type Report = Figures & {
  readonly kill?: Figures & { readonly verifiedMs: Times; readonly firstCancelMs: Times };
  readonly sigkill?: Figures & { readonly emptyMs: Times };
  readonly sigstop?: Figures & { readonly emptyMs: Times };
  readonly cut?: Figures;
  readonly hostile?: Figures & {
    readonly inputs: number;
    readonly answers: { readonly count: number; readonly bySocketMs: Times; readonly byPortMs: Times };
    readonly pace: { readonly orders: { readonly beside: number; readonly without: number } };
    readonly memoryMb: { readonly highest: number; readonly threads: object };
  };
  readonly 'audit-kill'?: Figures & { readonly answered: number; readonly restarts: number };
  readonly 'full-disk'?: Figures & { readonly skipped: string };
};

async function trials(...options: readonly string[]): Promise<Report> {
  const child = spawn(process.execPath, ['scripts/trials.ts', ...options, '--untimed', '--json']);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const report = JSON.parse(stdout) as Report;
  expect([report.violations, stderr, status]).toEqual([[], '', 0]);
  const { kill, sigkill, sigstop, cut, hostile, 'audit-kill': auditKill, 'full-disk': fullDisk } = report;
  const kinds = [kill, sigkill, sigstop, cut, hostile, auditKill, fullDisk];
  const notMade = kinds.flatMap((one) => one?.notMade ?? []);
  expect(notMade.filter((reason) => reason !== fullDisk?.skipped)).toEqual([]);
  return report;
}

test('kills in the middle of orders: nothing leaves after the acknowledgement, and the venue is verified empty', async () => {
  const { kill } = await trials('--kill', '4');
  expect(kill).toMatchObject({ trials: 4 });
  expect(kill?.firstCancelMs.max).toBeGreaterThan(0);
  expect(kill?.verifiedMs.max).toBeGreaterThan(0);
});

// Mostly waiting: side by side they take no longer than one.
describe.concurrent('the product’s own engine as a process', () => {
  it('SIGKILL in the middle of orders: every intent was durable, the watchdog empties the venue, a restart is halted and its ledger the venue’s', async () => {
    const { sigkill } = await trials('--sigkill', '1');
    expect(sigkill).toMatchObject({ trials: 1 });
    expect(sigkill?.emptyMs.max).toBeGreaterThan(0);
  });

  it('SIGSTOP in the middle of orders: the watchdog empties the venue, and the engine that wakes begins nothing', async () => {
    const { sigstop } = await trials('--sigstop', '1');
    expect(sigstop).toMatchObject({ trials: 1 });
  });

  it('cut off in the middle of orders: what was under way is settled by the venue’s word, and both ledgers agree', async () => {
    expect((await trials('--cut', '1')).cut).toMatchObject({ trials: 1 });
  });

  it('SIGKILL from within the read of an answered change: its audit row is there, and both chains hold', async () => {
    const report = (await trials('--audit-kill', '3'))['audit-kill'];
    expect(report).toMatchObject({ trials: 3, restarts: 2 });
    expect(report?.answered).toBeGreaterThanOrEqual(3);
  });

  it('a full disk in the middle of orders: nothing is sent, a kill empties the venue, and nothing is forgotten', async () => {
    const report = (await trials('--full-disk', '1'))['full-disk'];
    expect(report?.trials).toBe(report?.skipped === '' ? 1 : 0);
  });
});

test('two thousand random and hostile inputs by strangers, viewers and operators: the armed engine stays up, trades, and answers', async () => {
  const { hostile } = await trials('--hostile', '2000', '--untimed');
  expect(hostile).toMatchObject({ trials: 1 });
  expect(hostile?.inputs).toBeGreaterThanOrEqual(2_000);
  expect(hostile?.pace.orders.beside).toBeGreaterThan(0);
  expect(hostile?.memoryMb.highest).toBeGreaterThan(0);
  expect(Object.keys(hostile?.memoryMb.threads ?? {})).toEqual(
    expect.arrayContaining(['trading', 'writer', 'reader of tables']),
  );
  expect(hostile?.answers.bySocketMs.max).toBeGreaterThan(0);
  expect(hostile?.answers.byPortMs.max).toBeGreaterThan(0);
});

test('a number that is none is refused with what to write', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/trials.ts', '--kill', 'many'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/--kill: "many" is not .* Write for example/)]);
});
