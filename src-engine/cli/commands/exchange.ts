import { UserError } from '../../domain/errors.ts';
import { startControl } from '../../venues/local-exchange/control/control-server.ts';
import { FAULT_COMMANDS, prepareFault } from '../../venues/local-exchange/core/fault-commands.ts';
import { EDGE_SECONDS } from '../../venues/local-exchange/core/flow/dislocations.ts';
import { type FaceName, FACES } from '../../venues/local-exchange/face-names.ts';
import {
  FACE_FACTS,
  type LocalExchangeOptions,
  type RunningExchange,
  startFace,
} from '../../venues/local-exchange/local-exchange.ts';
import { startSeveralExchanges } from '../../venues/local-exchange/several-exchanges.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  textOption,
} from '../command.ts';
import { namedFile } from '../named-file.ts';
import { untilStopped } from '../until-stopped.ts';

/** How each further exchange differs from the first, where several share a market. */
const FURTHER = { lagMs: 120, latencyMs: 20 } as const;

const FEES = ['real', 'demo'] as const;
const PORTS = { min: 0, max: 65_535, integer: true } as const;

type Fault = { readonly name: string; readonly value: string; readonly afterMs: number };

export const exchange: Command = {
  name: 'exchange',
  options: {
    venue: {
      value: 'A[,B…]',
      words: `the venues whose protocols it speaks, of ${FACES.join(', ')}; several share one market`,
      usual: FACES[0],
      example: FACES.slice(0, 2).join(','),
    },
    port: { value: 'N', words: 'its port; 0 takes a free one', range: PORTS, usual: 0, example: '4780' },
    'control-port': {
      value: 'N',
      words: 'the port of its control address; 0 takes a free one',
      range: PORTS,
      usual: 0,
      example: '4790',
    },
    seed: {
      value: 'N',
      words: 'the seed of its market',
      range: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
      usual: 'another one each time',
      example: '7',
    },
    'updates-per-second': {
      value: 'N',
      words: 'changes of books a second, over all pairs',
      range: { min: 0, max: 20_000 },
      example: '200',
    },
    'edge-seconds': {
      value: 'S',
      words: 'mean seconds between two opportunities',
      range: EDGE_SECONDS,
      example: '7',
    },
    'latency-ms': {
      value: 'N',
      words: 'ms until an order takes effect',
      range: { min: 0, max: 60_000 },
      example: '20',
    },
    fees: {
      value: '',
      words: 'its fees: those of the lowest volume tier, or of the highest',
      choices: FEES,
      usual: 'demo',
    },
    'public-key': {
      value: 'FILE',
      words: 'a public Ed25519 key of its account, in PEM',
      example: './key.pem',
    },
    fault: {
      value: 'NAME[=VALUE][@SECONDS],…',
      words: 'starts faults, at once or after so many seconds',
      example: 'delay=250@20,drop@30',
    },
    seconds: {
      value: 'N',
      words: 'ends after so many seconds',
      range: { min: 1, max: 31_536_000 },
      usual: 'Ctrl+C',
    },
    'no-listed-fees': { words: 'lists no fees with its pairs' },
  },
  details: [
    'Several venues share a market: one seed, prices that move together, ticks and fees of their own.',
    'Faults, here or by POST {"fault":"NAME","value":"VALUE"} to /faults of the control address:',
    ...Object.entries(FAULT_COMMANDS).map(
      ([name, { value, words }]) => `  ${name}${value === undefined ? '' : ` (${value})`}: ${words}`,
    ),
  ].join('\n'),
  examples: [
    'exchange --port 4780 --seed 7',
    `exchange --venue ${FACES.slice(0, 2).join(',')} --fault delay=250@20,drop@60`,
  ],
  async run(args, output) {
    const venues = venuesOf(args);
    const seconds = numberOption(args, 'seconds');
    const controlPort = numberOption(args, 'control-port') ?? 0;
    const faults = faultsOf(textOption(args, 'fault'));
    const running = await start(venues, args);
    const rows = [];
    const stops: (() => Promise<void>)[] = [];
    try {
      for (const [index, local] of running.entries()) {
        const venue = venues[index] as FaceName;
        stops.push(() => local.stop());
        const control = await startControl(
          { core: local.core, venue, url: local.url },
          controlPort === 0 ? 0 : controlPort + index,
        );
        stops.push(() => control.stop());
        for (const fault of faults) schedule(local, fault);
        const webSocket = local.wsUrl + FACE_FACTS[venue].streams;
        rows.push({
          simulated: true,
          venue,
          url: local.url,
          webSocket,
          port: local.port,
          control: control.url,
        });
      }
      const text = rows.map(
        ({ venue, url, webSocket, control }) =>
          `simulated ${venue} at ${url} (WebSocket at ${webSocket}), control at ${control}`,
      );
      const [first] = rows;
      output.result(rows.length === 1 && first !== undefined ? first : { exchanges: rows }, text.join('\n'));
      for (const venue of venues) {
        const { key, secret, passphrase } = FACE_FACTS[venue].account;
        const more = passphrase === undefined ? '' : ` and the passphrase "${passphrase}"`;
        output.note(`The account at ${venue} has the key ${key} and the secret ${secret}${more}.`);
      }
      output.note('This is a simulated market. Stop it with Ctrl+C.');
      await untilStopped(seconds);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
    return EXIT_DONE;
  },
};

function venuesOf(args: CommandArgs): readonly FaceName[] {
  const text = textOption(args, 'venue') ?? FACES[0];
  const names = text.split(',');
  const known = names.flatMap((name) => FACES.filter((face) => face === name));
  if (known.length === names.length && new Set(known).size === known.length) return known;
  throw new UserError({
    code: 'bad-option',
    field: '--venue',
    value: text,
    message: 'is not a venue whose protocol the local exchange speaks',
    remedy: `Use ${FACES.join(', ')}, or several with commas.`,
  });
}

async function start(venues: readonly FaceName[], args: CommandArgs): Promise<readonly RunningExchange[]> {
  const seed = numberOption(args, 'seed');
  const port = numberOption(args, 'port') ?? 0;
  const updatesPerSecond = numberOption(args, 'updates-per-second');
  const latencyMs = numberOption(args, 'latency-ms');
  const edgeSeconds = numberOption(args, 'edge-seconds');
  const keyFile = textOption(args, 'public-key');
  const publicKey = keyFile === undefined ? undefined : await namedFile('--public-key', keyFile);
  const fees = choiceOption(args, 'fees', FEES) ?? 'demo';
  const optionsOf = (venue: FaceName, index: number): LocalExchangeOptions => ({
    port: port === 0 ? 0 : port + index,
    edgeSeconds,
    fees,
    listsFees: !flagOption(args, 'no-listed-fees'),
    accounts: [
      {
        ...FACE_FACTS[venue].account,
        ...(publicKey === undefined ? {} : { publicKey }),
      },
    ],
    ...(updatesPerSecond === undefined ? {} : { updatesPerSecond }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  });
  if (venues.length > 1) {
    const shared = venues.map((venue, index) => ({
      ...(index === 0 ? {} : FURTHER),
      ...optionsOf(venue, index),
      venue,
    }));
    return await startSeveralExchanges(shared, seed === undefined ? {} : { seed });
  }
  const [venue = FACES[0]] = venues;
  const options = { ...optionsOf(venue, 0), ...(seed === undefined ? {} : { seed }) };
  return [await startFace(venue, options)];
}

/** `delay=250@20,drop@30`: 20 seconds after the start every frame is late, 10 seconds later all connections are cut. */
function faultsOf(text: string | undefined): readonly Fault[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const match = /^([a-z-]+)(?:=(.*?))?(?:@(\d{1,7}(?:\.\d{1,3})?))?$/.exec(part);
    if (match !== null && Object.hasOwn(FAULT_COMMANDS, match[1] ?? '')) {
      const [, name = '', value = '', seconds = '0'] = match;
      return { name, value, afterMs: Number(seconds) * 1_000 };
    }
    throw new UserError({
      code: 'bad-option',
      field: '--fault',
      value: part,
      message: 'is not a fault of the local exchange',
      remedy: `Write NAME=VALUE@SECONDS; names are ${Object.keys(FAULT_COMMANDS).join(', ')}.`,
    });
  });
}

/** A value that the fault cannot have is said at the start, not when its time has come. */
function schedule({ core }: RunningExchange, { name, value, afterMs }: Fault): void {
  const start = prepareFault(core, name, value);
  if (afterMs === 0) start();
  else core.clock.schedule(core.clock.nowUs() + afterMs * 1_000, start);
}
