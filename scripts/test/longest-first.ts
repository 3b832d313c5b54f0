/** The order of vitest's files: long ones first, so that no process is left with one when the others have nothing to do. */
import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ROOT } from '../start/run.ts';
import { weightOf } from './durations.ts';

const weightAt = ({ moduleId }: TestSpecification): number =>
  weightOf(relative(ROOT, moduleId).split(sep).join('/'));

export default class LongestFirst extends BaseSequencer {
  /** Those of a project stay together: a process is kept from one file to the next of its project alone. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted(
      (a, b) => a.project.name.localeCompare(b.project.name) || weightAt(b) - weightAt(a),
    );
  }
}
