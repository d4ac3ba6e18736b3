// Check every custom resource of a rendered file against its schema; one line for each on standard
// output, exit status 1 where one is wrong or of a kind that no schema is known of.
import { readFileSync } from "node:fs";
import * as keda from "@kubernetes-models/keda/keda.sh/v1alpha1";
import * as postgres from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import * as prometheus from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import YAML from "yaml";

const SCHEMAS = {
  "keda.sh/v1alpha1": keda,
  "monitoring.coreos.com/v1": prometheus,
  "postgresql.cnpg.io/v1": postgres,
};

function problem(resource) {
  const Model = SCHEMAS[resource.apiVersion]?.[resource.kind];
  if (!Model) return "no schema is known of this kind";
  try {
    new Model(resource).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

let wrong = 0;
for (const document of YAML.parseAllDocuments(readFileSync(process.argv[2], "utf8"))) {
  const resource = document.toJS();
  if (!resource.apiVersion.includes(".") || resource.apiVersion.includes(".k8s.io/")) continue;
  const message = problem(resource);
  console.log(`${resource.kind} ${resource.metadata.name}: ${message ?? "valid"}`);
  wrong += message === null ? 0 : 1;
}
process.exit(wrong ? 1 : 0);
