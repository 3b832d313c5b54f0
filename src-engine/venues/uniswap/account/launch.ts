/** The process of an account, and the file of what it signed: its record is durable before anything of it is sent. */
import type { spawn } from 'node:child_process';
import { isObject, objectFrom } from '../../toolkit/json.ts';
import type { SideEars, SideProcess } from '../../toolkit/side-process.ts';
import { readLocalChain } from '../local-chain.ts';
import { launchWalletServer } from '../wallet/launch.ts';
import { RecordKeeper } from './record-keeper.ts';

/** Wei for a unit of gas that a swap may pay at most: 100 gwei, as `parallax swap` has it. */
const MAX_GAS_PRICE = '100000000000';

/** How a line with a record begins. */
const KEEP = /^\{"event":"keep","id":(\d{1,16}),"record":/;
const HEAD_BYTES = 60;
/** How often a process beside a frozen engine looks whether that one has ended. */
const FREE_MS = 500;

/** @param folder of the local chain. Never throws: a process that cannot be started has `ended`, later. */
export function launchAccount(
  start: typeof spawn,
  version: 'v2' | 'v3',
  folder: string,
  ears: SideEars,
): SideProcess {
  const keeper = new RecordKeeper(folder, version);
  /** Why we ended it. */
  let problem = '';
  const fail = (error: unknown): void => {
    problem = error instanceof Error ? error.message : String(error);
    side.kill();
  };
  let look: NodeJS.Timeout | undefined;
  let isOver = false;
  const opening = readLocalChain(folder).then(({ endpoint, deployment }) => {
    return { version, endpoint, deployment, maxGasPrice: MAX_GAS_PRICE };
  });
  const side = launchWalletServer(start, opening, {
    said: (line) => {
      const [head, id] = KEEP.exec(line.toString('latin1', 0, HEAD_BYTES)) ?? [];
      if (head === undefined) {
        ears.said(line);
        return;
      }
      // As it came: some hundred kilobytes for each order, on the thread that decides.
      void keeper.keep(line.subarray(head.length, line.lastIndexOf('}'))).then(
        () => side.write(`${JSON.stringify({ do: 'kept', id: Number(id) })}\n`),
        // Nothing of it may be sent: the process ends, and what it had kept before is all that it signed.
        (error: unknown) => fail(error),
      );
    },
    ended: (reason) => {
      isOver = true;
      clearInterval(look);
      keeper.release();
      ears.ended(problem || reason);
    },
  });
  return {
    ...side,
    write: (text) => {
      const line = text.startsWith('{"do":"open"') ? objectFrom(text) : undefined;
      if (!isObject(line)) return side.write(text);
      void keeper.open(String(line['address']), line['rights'] === 'cancel').then((kept) => {
        side.write(`${JSON.stringify({ ...line, ...kept })}\n`);
        if (kept.isBeside !== true || isOver) return;
        // The next process has the record itself, and signs what nothing was reserved for.
        const again = (isFree: boolean): void => {
          if (isFree) fail(new Error('the process that had the record has ended: it is opened anew'));
        };
        look = setInterval(() => void keeper.isFree().then(again), FREE_MS);
      }, fail);
      return true;
    },
  };
}
