/** The thread that writes, whatever the database: each request is done and answered, in the order of arrival where it is synchronous. */
import { parentPort } from 'node:worker_threads';
import { ChainWriter } from '../chain/chain-writer.ts';
import { ChainHeads } from '../chain/heads.ts';
import type { Dialect, WriteQuery } from '../put-rows.ts';
import { errorCode } from '../storage-errors.ts';
import type { WriteAnswer, WriteRequest, WriteWork } from './write-messages.ts';

type WriterPlace = {
  readonly dialect: Dialect;
  /** The file that keeps the ends of the chains. */
  readonly headsFile: string;
  readonly run: (queries: readonly WriteQuery[]) => void | Promise<void>;
  readonly close: () => void | Promise<void>;
};

export function serveWrites({ dialect, headsFile, run, close }: WriterPlace): void {
  if (parentPort === null) throw new Error('writes are served in a worker thread only');
  const port = parentPort;
  const heads = new ChainHeads(headsFile);
  const chains = new ChainWriter({ dialect, heads, run });
  let underWay: Promise<unknown> = Promise.resolve();

  const done = (work: WriteWork): unknown => {
    switch (work.kind) {
      case 'queries':
        return run(work.queries);
      case 'commit':
        return chains.commit(work.commit);
      case 'put':
        return chains.put(work.states);
      case 'keep':
        return chains.keep(work.setting);
      case 'settle':
        return chains.settle(work.profile);
      case 'amend':
        return chains.amend(work.amendment);
    }
  };
  const answer = async ({ id, work }: WriteRequest): Promise<void> => {
    let answered: WriteAnswer;
    try {
      answered = { id, value: await done(work) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answered = { id, error: { code: errorCode(error), message } };
    }
    port.postMessage(answered);
  };
  const end = async (): Promise<void> => {
    await underWay;
    await heads.close();
    await close();
    port.close();
  };
  port.on('message', (request: WriteRequest | 'close') => {
    if (request === 'close') void end();
    else underWay = Promise.all([underWay, answer(request)]);
  });
}
