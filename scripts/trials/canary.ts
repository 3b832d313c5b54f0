/**
 * Where do secrets go? A whole engine with a canary for a key: stored in a real keychain, used at the local exchange, sent
 * wrong, traded with, frozen, killed. Then every byte that any part of it left or said is searched for the key, its secret,
 * the tokens and the signatures made with it. Runs inside of a D-Bus session with a keyring; prints one JSON object.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { operations } from '../../src-engine/contract/operations.ts';
import { topics } from '../../src-engine/contract/topics.ts';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import { asked, pause, until } from './numbers.ts';
import { foundIn, formsOf } from './canary-forms.ts';
import { cliEntry } from '../../src-engine/testing/cli-entry.ts';
import { Rig } from './rig.ts';

const KEY = 'CANARY+key/of+a+trader/0123456789abcdefghijklmnopqrstuv';
const SECRET = Buffer.from('CANARY: the private key of a trader, which must never appear anywhere');
const ACCOUNT = {
  name: 'canary',
  key: KEY,
  secret: SECRET.toString('base64'),
  balances: { USD: '50000', EUR: '20000', USDT: '20000' },
};
const home = process.env['HOME'] ?? '';
const reports = join(home, 'reports');
const env = {
  ...process.env,
  // The engine's own crash reports: on a signal, and on an uncaught error.
  NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-uncaught-exception --report-directory=${reports}`,
};

/** Everything that was said or written, by where it was found. */
const heard = new Map<string, Buffer[]>();
function hear(where: string, what: string | Buffer): void {
  const known = heard.get(where) ?? [];
  heard.set(where, known);
  known.push(Buffer.from(what));
}

/** What the engine and its watchdog sent to the exchange: the place where the secrets belong. */
const sent: Buffer[] = [];
const answered: Buffer[] = [];
const open = new Set<Socket>();

/** A wire between the engine and the exchange that remembers what went over it. */
async function tap(exchangeUrl: string): Promise<string> {
  const port = Number(new URL(exchangeUrl).port);
  const server = createServer((near) => {
    const far = createConnection(port, '127.0.0.1');
    for (const [one, other, log] of [
      [near, far, sent],
      [far, near, answered],
    ] as const) {
      open.add(one);
      one.on('data', (bytes: Buffer) => {
        log.push(bytes);
        other.write(bytes);
      });
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function command(name: string, options: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [cliEntry(), ...options], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.stdin.end(input);
  await new Promise((resolve) => child.once('close', resolve));
  hear(`output of ${name}`, output);
  return output;
}

/** A window's connection: all topics, all facts, and every question that changes nothing. */
async function lookThroughWindow(rig: Rig): Promise<void> {
  const info = readRuntimeFile(rig.dataDir);
  if (info === undefined) throw new Error('the engine is gone');
  const socket = new WebSocket(`ws://127.0.0.1:${info.port}/ws`, ['parallax.v1', `token.${info.token}`]);
  socket.on('message', (data: Buffer) => hear('frames to a window', data));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  for (const topic of Object.keys(topics)) {
    const params = topic === 'book' ? { instrumentId: 0 } : {};
    socket.send(JSON.stringify({ t: 'subscribe', topic, params }));
  }
  socket.send(JSON.stringify({ t: 'facts', on: true }));
  let id = 0;
  for (const [op, { changes }] of Object.entries(operations)) {
    if (!changes) socket.send(JSON.stringify({ t: 'call', id: ++id, op, input: {} }));
  }
  // A pasted key comes back in no complaint.
  socket.send(JSON.stringify({ t: 'call', id: ++id, op: 'getStatus', input: { nonsense: 1 } }));
  for (const path of ['/metrics', '/api/openapi.json', '/healthz']) {
    const answer = await fetch(`http://127.0.0.1:${info.port}${path}`, {
      headers: { authorization: `Bearer ${info.token}` },
    });
    hear(`answer of ${path}`, await answer.text());
  }
  await pause(3_000);
  socket.terminate();
}

function look(where: string, pid: number | undefined): void {
  for (const file of ['cmdline', 'environ'])
    hear(`${file} of ${where}`, readFileSync(`/proc/${pid ?? 0}/${file}`));
}

/** Ids of the processes that a process started, and that these started. */
function descendantsOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'utf8').trim();
  const children = text === '' ? [] : text.split(' ').map(Number);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** The tokens of the gateway are known to this user; to others, who see every argument, they are not. */
const shownToOthers: string[] = [];
function argumentsOf(rig: Rig): void {
  const info = readRuntimeFile(rig.dataDir);
  const tokens = [info?.token, info?.viewer].filter((token) => token !== undefined);
  const { pid = 0 } = rig.engine.child;
  for (const one of [pid, ...descendantsOf(pid)]) {
    const text = readFileSync(`/proc/${one}/cmdline`, 'utf8');
    if (tokens.some((token) => text.includes(token)))
      shownToOthers.push(`cmdline of ${one}: a token of the gateway`);
  }
}

async function live(rig: Rig): Promise<void> {
  const { exchange } = rig;
  const where = ['--data-dir', join(home, 'other'), '--exchange', exchange.url];
  // The first engine finds no key of the exchange's account, and says so.
  await until(
    'a refusal of the wrong key',
    () => rig.engine.output,
    (text) => text.includes('could not be'),
  );
  hear('output of the engine with a wrong key', rig.engine.output);
  rig.engine.signal('SIGTERM');
  await rig.engine.ended();
  await command('key --set, half of it', ['key', '--set', ...where], `${KEY}\n`);
  await command('key --set, of another', ['key', '--set', ...where], `${KEY}\n${'A'.repeat(88)}\n`);
  await command('key --set', ['key', '--set', ...where], `${KEY}\n${ACCOUNT.secret}\n`);
  await command('key, as JSON', ['key', ...where, '--json']);
  rig.startAgain();
  await rig.arm();
  await rig.placeElsewhere();
  await rig.midOrder(() => undefined);
  await lookThroughWindow(rig);
  look('the engine', rig.engine.child.pid);
  for (const pid of descendantsOf(rig.engine.child.pid)) look(`process ${pid} of the engine`, pid);
  argumentsOf(rig);
  exchange.faults.failNextRest(500, false);
  exchange.faults.rejectNextOrder('EOrder:Insufficient funds');
  exchange.faults.dropConnections();
  await asked(
    'a comparison',
    () => rig.client.call('getAccountStanding', {}),
    ({ venues }) => venues.length > 0,
  );
  await pause(2_000);
  rig.engine.signal('SIGUSR2');
  await until(
    'a crash report',
    () => readdirSync(reports).length,
    (count) => count > 0,
  );
  rig.engine.signal('SIGKILL');
  await rig.engine.ended();
  await until(
    'the watchdog',
    () => rig.report,
    (report) => report?.verified === true,
  );
  hear('output of the engine and its watchdog', rig.engine.output);
}

/** Every file below the home of this run. */
function searchFiles(): { readonly files: number; readonly bytes: number } {
  let [files, bytes] = [0, 0];
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name));
    files++;
    bytes += content.length;
    hear(`file ${entry.name}`, content);
  }
  return { files, bytes };
}

const rig = await Rig.start(5, { place: join(home, 'data'), account: ACCOUNT, front: tap, env });
try {
  await live(rig);
} catch (error) {
  // As it should: its watchdog has nothing to do then.
  await rig.stop();
  throw error;
}
const wire = Buffer.concat(sent);
const signatures = [...wire.toString('latin1').matchAll(/api-sign: ([A-Za-z0-9+/=]{80,})/gi)].map(
  ([, value = '']) => value,
);
// A client's frames are masked on the wire: the token is read where the exchange gives it out.
const tokens = [
  ...Buffer.concat(answered)
    .toString('latin1')
    .matchAll(/"token":"([^"]{20,})"/g),
].map(([, value = '']) => value);
const secrets = new Map<string, Buffer>([
  ...formsOf('the key', Buffer.from(KEY)),
  ...formsOf('the private key', SECRET),
  ...formsOf('the private key as Kraken shows it', Buffer.from(ACCOUNT.secret)),
]);
for (const value of new Set(signatures))
  for (const form of formsOf('a signature', Buffer.from(value)))
    secrets.set(`${form[0]} ${value.slice(0, 4)}`, form[1]);
for (const value of new Set(tokens))
  for (const form of formsOf('a token', Buffer.from(value)))
    secrets.set(`${form[0]} ${value.slice(0, 4)}`, form[1]);
// The search itself is tried: a planted file must be found.
writeFileSync(join(home, 'planted'), `log: ${Buffer.from(`auth ${KEY}`).toString('base64')}`);
const searched = searchFiles();
const leaks: string[] = [...shownToOthers];
let spoken = 0;
for (const [where, pieces] of heard) {
  const bytes = Buffer.concat(pieces);
  spoken += bytes.length;
  for (const name of foundIn(bytes, secrets)) leaks.push(`${where}: ${name}`);
}
process.stdout.write(
  `${JSON.stringify({
    ...searched,
    spokenBytes: spoken,
    places: [...heard.keys()].filter((where) => !where.startsWith('file ')),
    signatures: new Set(signatures).size,
    tokens: new Set(tokens).size,
    isInUse: foundIn(wire, formsOf('the key', Buffer.from(KEY))).length > 0,
    plantedFound: leaks.filter((leak) => leak.startsWith('file planted')).length,
    leaks: leaks.filter((leak) => !leak.startsWith('file planted')),
  })}\n`,
);
process.exit(0);
