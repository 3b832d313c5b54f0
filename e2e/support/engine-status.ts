import { connectEngine } from '../../src-engine/testing/patient-client.ts';

/** How the engine on the folder stands, asked from here: a command of its own would cost a start of Node each time. */
export const statusOf = (dataDir: string) => connectEngine(dataDir, 'command-line').call('getStatus', {});
