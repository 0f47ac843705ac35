// CairnWorker
