// Is empty.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: There is no class Lab
// Unchecked: -
