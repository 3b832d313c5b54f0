/** A process with a gateway on the data folder of its argument, and then with no descriptor left. */
import { openSync } from 'node:fs';
import { openGateway } from '../../assembly/gateway.ts';
import { lockDataDir } from '../runtime-file.ts';
import { FakeHost } from './fake-host.ts';

const dataDir = process.argv[2] ?? '';
const lock = lockDataDir(dataDir);
const host = new FakeHost({
  kill: ({ reason }) => {
    process.stdout.write(`killed by ${reason}\n`);
    return { killed: true, cancelsSent: 7 };
  },
});
const { server, tokens } = await openGateway({
  dataDir,
  host,
  lock,
  port: 0,
  tokens: undefined,
  windowDir: undefined,
});
const { address, port } = server;
lock.publish({ pid: process.pid, host: address, port, token: tokens.operator, startedUs: 1 });
process.stdout.write('ready\n');
try {
  for (;;) openSync('/dev/null', 'r');
} catch {
  process.stdout.write('exhausted\n');
}
