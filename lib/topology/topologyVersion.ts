/** Version of topology.json that this code writes: major.minor. Files of a newer major version are refused. */
export const topologyVersion = "1.0";
