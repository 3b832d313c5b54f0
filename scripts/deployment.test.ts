/** Files of containers, Kubernetes and Helm, as far as they can be checked where no image can be built: they agree with the program and with one another. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../src-engine/cli/command-line.ts';
import { COMMANDS } from '../src-engine/cli/command-list.ts';
import { VERSION } from '../src-engine/config/version.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const COMPOSE = 'resources/docker/compose.yaml';
const BASE = 'resources/kubernetes/base';
const CHART = 'resources/helm/parallax';
const PORT = 4777;
/** By version, or by digest: never what moves. */
const PINNED = /^[\w./-]+(:v?\d[\w.-]*\d[\w.-]*|@sha256:[0-9a-f]{64})$/;

const { load } = createRequire(import.meta.url)('js-yaml') as { readonly load: (text: string) => unknown };
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const yaml = (path: string, text = textOf(path)): unknown => load(text);

type Probe = { readonly exec: { readonly command: readonly string[] }; readonly failureThreshold: number };
type Pod = {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly initContainers: readonly { readonly image: string }[];
  readonly containers: readonly {
    readonly image: string;
    readonly args: readonly string[];
    readonly livenessProbe: Probe;
    readonly startupProbe: Probe;
    readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  }[];
};
type Deployment = {
  readonly kind: string;
  readonly spec: {
    readonly replicas: number;
    readonly strategy: object;
    readonly template: { readonly spec: Pod };
  };
};
type Compose = {
  readonly services: Record<
    string,
    {
      readonly image: string;
      readonly command?: readonly string[];
      readonly volumes?: readonly string[];
      readonly secrets?: readonly (string | { readonly source: string })[];
    }
  >;
  readonly secrets: Record<string, object>;
  readonly volumes: Record<string, object>;
};

/** The chart as it is with its own values, for a release named like the base. */
function chart(name: string): unknown {
  const values = yaml(`${CHART}/values.yaml`);
  const text = textOf(`${CHART}/templates/${name}`)
    .replaceAll('{{ .Release.Name }}', 'parallax')
    .replaceAll(/\{\{ \.Values\.([\w.]+) \}\}/g, (_all, path: string) =>
      String(path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], values)),
    );
  return yaml(name, text);
}

const composed = (): Compose => yaml(COMPOSE) as Compose;
const deployment = (): Deployment => yaml(`${BASE}/deployment.yaml`) as Deployment;
const container = (): Pod['containers'][number] => {
  const [first] = deployment().spec.template.spec.containers;
  if (first === undefined) throw new Error('a pod has a container');
  return first;
};
const dockerCommand = (): string[] =>
  JSON.parse(/^CMD (\[.*\])$/m.exec(textOf('Dockerfile'))?.[1] ?? '[]') as string[];

describe('deployment files', () => {
  it('start the engine by a command line that it understands, on one port', async () => {
    const compose = composed().services['engine']?.command ?? [];
    for (const [name, ...words] of [dockerCommand(), compose, container().args]) {
      expect(name).toBe('serve');
      const command = await COMMANDS['serve']?.load();
      if (command === undefined) throw new Error('serve is a command');
      expect(parseCommandLine(command, words).values).toMatchObject({
        port: PORT,
        'no-open': true,
        profile: 'paper',
      });
    }
    expect(textOf('resources/prometheus/prometheus.example.yml')).toContain(`127.0.0.1:${PORT}`);
  });

  it('ask whether the process lives and never whether its venues do', () => {
    const address = `http://127.0.0.1:${PORT}/healthz`;
    const { livenessProbe, startupProbe } = container();
    for (const probe of [livenessProbe, startupProbe])
      expect(probe.exec.command.join(' ')).toContain(address);
    expect(textOf('Dockerfile')).toContain(address);
    const asks = (path: string): boolean =>
      textOf(path)
        .split('\n')
        .some((line) => /^[^#]*\/readyz/.test(line));
    expect(['Dockerfile', COMPOSE, `${BASE}/deployment.yaml`].filter(asks)).toEqual([]);
  });

  it('never run two engines, nor as root, and leave a session time to end', () => {
    const { spec, kind } = deployment();
    expect([kind, spec.replicas, spec.strategy]).toEqual(['Deployment', 1, { type: 'Recreate' }]);
    const pod = spec.template.spec;
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(container().securityContext.readOnlyRootFilesystem).toBe(true);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
    const docker = textOf('Dockerfile');
    expect(docker.lastIndexOf('\nUSER 10001')).toBeGreaterThan(docker.lastIndexOf('\nFROM'));
    expect(docker).toContain('STOPSIGNAL SIGTERM');
  });

  it('name every image by a version, and this program by its own', () => {
    const { services } = composed();
    const images = Object.values(services).map(({ image }) => image);
    expect(images.filter((image) => !PINNED.test(image))).toEqual([]);
    expect(services['engine']?.image).toBe(`parallax:${VERSION}`);
    const node = (JSON.parse(textOf('package.json')) as { devDependencies: { node: string } }).devDependencies
      .node;
    expect(/^ARG NODE_IMAGE=(.*)$/m.exec(textOf('Dockerfile'))?.[1]).toBe(`node:${node}-bookworm-slim`);
    const { images: own } = yaml(`${BASE}/kustomization.yaml`) as { images: readonly object[] };
    expect(own).toEqual([{ name: 'parallax', newTag: VERSION }]);
    expect(yaml(`${CHART}/Chart.yaml`)).toMatchObject({ version: VERSION, appVersion: VERSION });
    expect(yaml(`${CHART}/values.yaml`)).toMatchObject({ image: `parallax:${VERSION}` });
  });

  it('name files, secrets and volumes that are there', () => {
    const { services, secrets, volumes } = composed();
    for (const service of Object.values(services)) {
      for (const mount of service.volumes ?? []) {
        const [from = ''] = mount.split(':');
        if (from.startsWith('.'))
          expect(`${from} ${existsSync(join(ROOT, dirname(COMPOSE), from))}`).toBe(`${from} true`);
        else expect(Object.keys(volumes)).toContain(from);
      }
      for (const secret of service.secrets ?? [])
        expect(Object.keys(secrets)).toContain(typeof secret === 'string' ? secret : secret.source);
    }
    const copied = [...textOf('Dockerfile').matchAll(/^COPY --from=build.* \/opt\/parallax\/(\S+) /gm)].map(
      ([, path]) => path ?? '',
    );
    const isMade = (path: string): boolean => path === 'node_modules' || path.startsWith('out/');
    expect(copied.filter((path) => !isMade(path) && !existsSync(join(ROOT, path)))).toEqual([]);
    const { resources } = yaml(`${BASE}/kustomization.yaml`) as { resources: readonly string[] };
    expect([...resources, 'kustomization.yaml'].toSorted()).toEqual(readdirSync(join(ROOT, BASE)).toSorted());
    for (const kind of ['datasources/prometheus', 'dashboards/parallax'])
      expect(yaml(`resources/docker/grafana/provisioning/${kind}.yaml`)).toMatchObject({ apiVersion: 1 });
  });

  it('describe the same engine as a chart and as a base', () => {
    const plain = (of: Deployment): string =>
      JSON.stringify(of)
        .replaceAll('parallax:0.1.0', 'parallax')
        .replaceAll(',"app.kubernetes.io/instance":"parallax"', '');
    expect(plain(chart('deployment.yaml') as Deployment)).toBe(plain(deployment()));
    expect(chart('volume.yaml')).toMatchObject({ metadata: { name: 'parallax-data' } });
    expect(chart('network-policy.yaml')).toMatchObject({ spec: { policyTypes: ['Ingress'] } });
  });

  const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).error === undefined;
  it.skipIf(!hasKubectl)('are rendered by kubectl (needs kubectl)', () => {
    const rendered = execFileSync('kubectl', ['kustomize', join(ROOT, BASE)], { encoding: 'utf8' });
    expect(rendered.match(/^kind: .*$/gm)?.toSorted()).toEqual([
      'kind: Deployment',
      'kind: Namespace',
      'kind: NetworkPolicy',
      'kind: PersistentVolumeClaim',
    ]);
    expect(rendered).toContain(`image: parallax:${VERSION}`);
  });

  it('the way in of the container is shell that parses, and is executable', () => {
    expect(spawnSync('sh', ['-n', join(ROOT, 'resources/docker/entry.sh')]).status).toBe(0);
    expect(textOf('Dockerfile')).toContain('--chmod=0755');
  });
});
