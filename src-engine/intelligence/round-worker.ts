/** Entry of the thread of one round: feeds and answers are read here, and the thread that trades gets numbers within bounds and texts to show. It ends with the round. */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../lib/give-way.ts';
import { type RoundOrder, runRound } from './round.ts';

/** As a reader's (reading/reading-worker.ts). */
const PRIORITY = 10;

if (parentPort === null) throw new Error('round-worker.ts runs in a worker thread only');
if (process.platform === 'linux') giveWay(PRIORITY);
const port = parentPort;
const result = await runRound(workerData as RoundOrder, Date.now);
port.postMessage(result);
