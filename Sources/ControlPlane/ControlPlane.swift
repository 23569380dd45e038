// Filled by the first commit of ControlPlane.
