import { World } from './processes/World';

/** One line of the table. */
export interface Row {
  figure: string;
  goal: string;
  measured: string;
  /** Undefined where there is no goal, only a number to compare with. */
  met?: boolean;
  note?: string;
}

export interface SuiteOptions {
  /** Sizes of an Instance, smallest first. */
  applications: number[];
  /** How long streams are troubled. */
  minutes: number;
  /** Where profiles are written. */
  output: string;
  log(message: string): void;
}

/** One group of figures. A new one is a file beside the others and a line in the registry. */
export interface Suite {
  name: string;
  title: string;
  run(world: World, options: SuiteOptions): Promise<Row[]>;
}

export const ms = (value: number): string =>
  value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
