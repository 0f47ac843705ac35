// CairnOrchestrator
