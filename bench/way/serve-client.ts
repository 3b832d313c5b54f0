/** The client's end of the channel to the bench: phases begin and end by its word. */
import type { ClientDone, ClientPhase } from './messages.ts';

export type ClientRequest =
  | { readonly do: 'begin'; readonly phase: ClientPhase }
  | { readonly do: 'end' | 'stop' };

type Client = {
  readonly begin: (phase: ClientPhase) => void;
  readonly end: () => ClientDone;
  readonly stop: () => Promise<void>;
};

/** Says `ready`, and answers each request: `begun`, what was measured, or the end of the process. */
export function serveClient(client: Client): void {
  const say = (answer: ClientDone | 'ready' | 'begun'): void => void process.send?.(answer);
  process.on('message', (request: ClientRequest) => {
    if (request.do === 'begin') {
      client.begin(request.phase);
      say('begun');
    } else if (request.do === 'end') say(client.end());
    else void client.stop().then(() => process.exit(0));
  });
  process.on('disconnect', () => process.exit(0));
  say('ready');
}
