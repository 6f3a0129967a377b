Console.WriteLine("rubato"); return 0;
