/**
 * Row security by formula variables: the values that users have, and what a rule makes of them. Rules of the vendor's
 * page "ABAC via RLS with variables" (https://developers.thoughtspot.com/docs/abac-via-rls-variables):
 *
 * - values are kept with the user, per org and model, and hold for current and later sessions of every kind;
 * - `REPLACE` replaces the full set of assignments, `APPEND` adds; neither knows `NONE` or `RESET`;
 * - a variable that is sent with an empty list keeps the values that it had;
 * - a variable must exist before a token request may name it;
 * - `TS_WILDCARD_ALL` means every value; no value, or `TS_WILDCARD_NONE`, makes the query fail.
 */

import { Refusal } from "./errors";
import { guidOf } from "./guid";

const wildcardAll = "TS_WILDCARD_ALL";
const wildcardNone = "TS_WILDCARD_NONE";

/** Stands for every model of an org, where the vendor's API has no model's id. */
export const everyModel = "ALL";

export interface Variable {
  readonly id: string;
  name: string;
  readonly type: string;
  readonly dataType: string | null;
  readonly sensitive: boolean;
}

/** One rule of a table: the column must hold one of the variable's values (`region = ts_var(region_var)`). */
export interface RowRule {
  readonly column: string;
  readonly variable: string;
}

/** The users that a list of values holds for. */
interface Assignment {
  readonly variableId: string;
  readonly userId: string;
  readonly org: number;
  readonly model: string;
  readonly values: readonly string[];
}

/** What a query raises when a rule cannot be evaluated. The text is the vendor's. */
export class NoValuesAssigned extends Error {
  constructor() {
    super("No values are assigned to some or all Formula Variables");
    this.name = "NoValuesAssigned";
  }
}

/** What a token request says of variables. */
export interface AttributeRequest {
  readonly userId: string;
  readonly org: number;
  /** The models it is limited to; empty for all. */
  readonly models: readonly string[];
  readonly operation: "REPLACE" | "APPEND";
  readonly variables: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export class RowSecurity {
  #variables: Variable[] = [];
  #assignments: Assignment[] = [];

  /** Back to the start: these variables, without values. */
  reset(names: readonly string[]): void {
    this.#assignments = [];
    this.#variables = names.map((name) => ({
      id: guidOf(`variable:${name}`),
      name,
      type: "FORMULA_VARIABLE",
      dataType: "VARCHAR",
      sensitive: false,
    }));
  }

  get variables(): readonly Variable[] {
    return this.#variables;
  }

  /** @throws Refusal 400 when no variable has this id or name */
  variable(identifier: string): Variable {
    const found = this.#variables.find(({ id, name }) => id === identifier || name === identifier);
    if (!found) throw new Refusal(400, `The variable ${identifier} does not exist`);
    return found;
  }

  create(variable: Omit<Variable, "id">): Variable {
    if (this.#variables.some(({ name }) => name === variable.name))
      throw new Refusal(400, "A variable with this name exists");
    const made = { ...variable, id: guidOf(`variable:${variable.name}`) };
    this.#variables.push(made);
    return made;
  }

  delete(identifiers: readonly string[]): void {
    const gone = new Set(identifiers.map((identifier) => this.variable(identifier).id));
    this.#variables = this.#variables.filter(({ id }) => !gone.has(id));
    this.#assignments = this.#assignments.filter(({ variableId }) => !gone.has(variableId));
  }

  /** What `auth/token/custom` does with `variable_values`, at the time of the mint. */
  assign({ userId, org, models, operation, variables }: AttributeRequest): void {
    // All names are looked up before anything changes.
    const named = variables.map(({ name, values }) => ({ id: this.variable(name).id, values }));
    if (named.length === 0) return;
    for (const model of models.length > 0 ? models : [everyModel]) {
      const scope = { userId, org, model };
      const kept = new Set(named.filter(({ values }) => values.length === 0).map(({ id }) => id));
      if (operation === "REPLACE")
        for (const entry of this.#in(scope)) if (!kept.has(entry.variableId)) this.#set({ ...entry, values: [] });
      for (const { id, values } of named)
        if (values.length > 0)
          this.#set({
            ...scope,
            variableId: id,
            values: operation === "REPLACE" ? values : [...new Set([...this.#valuesOf(id, scope), ...values])],
          });
    }
  }

  /** What `template/variables/…/update-values` does for one user. Here an empty list does take values away. */
  update(
    identifier: string,
    operation: "ADD" | "REMOVE" | "REPLACE" | "RESET",
    scope: { readonly userId: string; readonly org: number; readonly model: string },
    values: readonly string[],
  ): void {
    const { id } = this.variable(identifier);
    const before = this.#valuesOf(id, scope);
    if (operation === "RESET")
      // Of all users, whatever the scope says.
      this.#assignments = this.#assignments.filter(({ variableId }) => variableId !== id);
    else if (operation === "REPLACE") this.#set({ ...scope, variableId: id, values });
    else if (operation === "ADD") this.#set({ ...scope, variableId: id, values: [...new Set([...before, ...values])] });
    else this.#set({ ...scope, variableId: id, values: before.filter((value) => !values.includes(value)) });
  }

  #set(assignment: Assignment): void {
    this.#assignments = [
      ...this.#assignments.filter(
        ({ variableId, userId, org, model }) =>
          variableId !== assignment.variableId ||
          userId !== assignment.userId ||
          org !== assignment.org ||
          model !== assignment.model,
      ),
      ...(assignment.values.length > 0 ? [assignment] : []),
    ];
  }

  #in(scope: { userId: string; org: number; model: string }): Assignment[] {
    return this.#assignments.filter(
      ({ userId, org, model }) => userId === scope.userId && org === scope.org && model === scope.model,
    );
  }

  #valuesOf(id: string, scope: { userId: string; org: number; model: string }): readonly string[] {
    return this.#in(scope).find(({ variableId }) => variableId === id)?.values ?? [];
  }

  /** The values in force for a user: those of the model, else those of every model. */
  valuesFor(name: string, userId: string, org: number, model: string): readonly string[] {
    const id = this.#variables.find((entry) => entry.name === name)?.id;
    if (id === undefined) return [];
    const own = this.#valuesOf(id, { userId, org, model });
    return own.length > 0 ? own : this.#valuesOf(id, { userId, org, model: everyModel });
  }

  /**
   * A table's rules as filters for one user.
   *
   * @throws NoValuesAssigned when one of the variables has no value
   */
  filtersFor(rules: readonly RowRule[], userId: string, org: number, model: string) {
    return rules.flatMap(({ column, variable }) => {
      const values = this.valuesFor(variable, userId, org, model).filter((value) => value !== wildcardNone);
      if (values.length === 0) throw new NoValuesAssigned();
      return values.includes(wildcardAll) ? [] : [{ column, operator: "IN", values }];
    });
  }

  /** The user is gone. */
  forget(userId: string): void {
    this.#assignments = this.#assignments.filter((entry) => entry.userId !== userId);
  }

  /** A user's values as `users/search` returns them on request: org → model → list. */
  valuesOfUser(userId: string): Record<string, Record<string, { variable_values: object[] }>> {
    const found: Record<string, Record<string, { variable_values: object[] }>> = {};
    for (const { variableId, org, model, values } of this.#assignments.filter((entry) => entry.userId === userId)) {
      const name = this.#variables.find(({ id }) => id === variableId)?.name;
      found[org] ??= {};
      found[org][model] ??= { variable_values: [] };
      found[org][model].variable_values.push({ name, values });
    }
    return found;
  }

  /** The assignments of a variable, for `template/variables/search`. */
  assignmentsOf(variableId: string): readonly Assignment[] {
    return this.#assignments.filter((entry) => entry.variableId === variableId);
  }
}
